package io.longwave.kernel.cuda;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.LowRankSpectrumContract;

class CudaLowRankSpectrumTest extends LowRankSpectrumContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
