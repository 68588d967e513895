package io.longwave.kernel.cuda;

import io.longwave.kernel.DiagonalKernelContract;
import io.longwave.kernel.Kernels;

class CudaDiagonalKernelTest extends DiagonalKernelContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
