package io.longwave.kernel.cuda;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.MatrixProductContract;

class CudaMatrixProductTest extends MatrixProductContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
