package io.longwave.kernel.cuda;

import io.longwave.kernel.SelectiveScanContract;
import io.longwave.kernel.Kernels;

class CudaSelectiveScanTest extends SelectiveScanContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }

    @Override
    protected boolean looksForGrowth() {
        return false;
    }
}
