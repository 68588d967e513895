package io.longwave.kernel.cuda;

import io.longwave.kernel.ButterflyTransformContract;
import io.longwave.kernel.Kernels;

class CudaButterflyTransformTest extends ButterflyTransformContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
