package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.ChannelLinearContract;

class ReferenceChannelLinearTest extends ChannelLinearContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
