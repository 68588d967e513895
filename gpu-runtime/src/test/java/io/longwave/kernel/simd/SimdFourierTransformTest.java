package io.longwave.kernel.simd;

import io.longwave.kernel.FourierTransformContract;
import io.longwave.kernel.Kernels;

class SimdFourierTransformTest extends FourierTransformContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
