package io.longwave.kernel.cuda;

import io.longwave.kernel.SeriesMixingContract;
import io.longwave.kernel.Kernels;

class CudaSeriesMixingTest extends SeriesMixingContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
