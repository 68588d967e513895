package io.longwave.kernel.cuda;

import io.longwave.kernel.VandermondeKernelContract;
import io.longwave.kernel.Kernels;

class CudaVandermondeKernelTest extends VandermondeKernelContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
