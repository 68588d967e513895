package io.longwave.kernel.cuda;

import io.longwave.kernel.CauchyKernelContract;
import io.longwave.kernel.Kernels;

class CudaCauchyKernelTest extends CauchyKernelContract {

    @Override
    protected Kernels kernels() {
        return ShimKernels.shared();
    }
}
