package io.longwave.kernel.cuda;

import io.longwave.kernel.SoftmaxKernelContract;
import io.longwave.kernel.Kernels;

class CudaSoftmaxKernelTest extends SoftmaxKernelContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
