package io.longwave.kernel.simd;

import io.longwave.kernel.CompanionRecurrenceContract;
import io.longwave.kernel.Kernels;

class SimdCompanionRecurrenceTest extends CompanionRecurrenceContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
