package io.longwave.kernel.reference;

import io.longwave.kernel.DiagonalScanContract;
import io.longwave.kernel.Kernels;

class ReferenceDiagonalScanTest extends DiagonalScanContract {
    private static final Kernels SHARED = new ReferenceKernels();

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
