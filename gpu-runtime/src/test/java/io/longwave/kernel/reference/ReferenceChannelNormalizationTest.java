package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.ChannelNormalizationContract;

class ReferenceChannelNormalizationTest extends ChannelNormalizationContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
