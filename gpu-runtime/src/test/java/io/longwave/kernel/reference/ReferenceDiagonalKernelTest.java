package io.longwave.kernel.reference;

import io.longwave.kernel.DiagonalKernelContract;
import io.longwave.kernel.Kernels;

class ReferenceDiagonalKernelTest extends DiagonalKernelContract {
    private static final Kernels SHARED = new ReferenceKernels();

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
