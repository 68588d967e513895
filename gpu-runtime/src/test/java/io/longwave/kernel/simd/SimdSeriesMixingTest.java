package io.longwave.kernel.simd;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.SeriesMixingContract;

class SimdSeriesMixingTest extends SeriesMixingContract {
    @Override
    protected Kernels kernels() {
        return new SimdKernels(2);
    }
}
