package io.longwave.kernel.simd;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.VandermondeKernelContract;

class SimdVandermondeKernelTest extends VandermondeKernelContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
