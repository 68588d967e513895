package io.longwave.kernel.cuda;

import io.longwave.kernel.GridScanContract;
import io.longwave.kernel.Kernels;

class CudaGridScanTest extends GridScanContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
