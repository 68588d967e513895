package io.longwave.kernel.cuda;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.TimePoolingContract;

class CudaTimePoolingTest extends TimePoolingContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
