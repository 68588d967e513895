package io.longwave.kernel.cuda;

import io.longwave.kernel.ChannelNormalizationContract;
import io.longwave.kernel.Kernels;

class CudaChannelNormalizationTest extends ChannelNormalizationContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
