package io.longwave.kernel.cuda;

import io.longwave.kernel.FourierTransformContract;
import io.longwave.kernel.Kernels;

class CudaFourierTransformTest extends FourierTransformContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
