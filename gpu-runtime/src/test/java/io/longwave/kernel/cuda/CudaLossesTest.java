package io.longwave.kernel.cuda;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.LossesContract;

class CudaLossesTest extends LossesContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
