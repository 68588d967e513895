package io.longwave.kernel.cuda;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.KernelsContract;

class CudaKernelsTest extends KernelsContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
