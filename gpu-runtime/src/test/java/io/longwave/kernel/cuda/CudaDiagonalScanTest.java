package io.longwave.kernel.cuda;

import io.longwave.kernel.DiagonalScanContract;
import io.longwave.kernel.Kernels;

class CudaDiagonalScanTest extends DiagonalScanContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
