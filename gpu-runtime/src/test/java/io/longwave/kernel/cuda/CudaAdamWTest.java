package io.longwave.kernel.cuda;

import io.longwave.kernel.AdamWContract;
import io.longwave.kernel.Kernels;

class CudaAdamWTest extends AdamWContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
