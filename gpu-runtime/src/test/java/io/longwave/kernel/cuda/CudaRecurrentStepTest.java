package io.longwave.kernel.cuda;

import io.longwave.kernel.RecurrentStepContract;
import io.longwave.kernel.Kernels;

class CudaRecurrentStepTest extends RecurrentStepContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
