package io.longwave.kernel.cuda;

import io.longwave.kernel.ChannelLinearContract;
import io.longwave.kernel.Kernels;

class CudaChannelLinearTest extends ChannelLinearContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
