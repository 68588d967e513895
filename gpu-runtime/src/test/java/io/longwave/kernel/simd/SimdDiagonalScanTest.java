package io.longwave.kernel.simd;

import io.longwave.kernel.DiagonalScanContract;
import io.longwave.kernel.Kernels;

class SimdDiagonalScanTest extends DiagonalScanContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
