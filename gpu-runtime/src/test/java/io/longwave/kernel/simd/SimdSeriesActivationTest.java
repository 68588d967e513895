package io.longwave.kernel.simd;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.SeriesActivationContract;

class SimdSeriesActivationTest extends SeriesActivationContract {
    @Override
    protected Kernels kernels() {
        return new SimdKernels(2);
    }
}
