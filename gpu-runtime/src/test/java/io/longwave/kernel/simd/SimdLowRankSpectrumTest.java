package io.longwave.kernel.simd;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.LowRankSpectrumContract;

class SimdLowRankSpectrumTest extends LowRankSpectrumContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
