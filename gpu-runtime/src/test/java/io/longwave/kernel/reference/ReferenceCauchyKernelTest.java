package io.longwave.kernel.reference;

import io.longwave.kernel.CauchyKernelContract;
import io.longwave.kernel.Kernels;

class ReferenceCauchyKernelTest extends CauchyKernelContract {
    private static final Kernels SHARED = new ReferenceKernels();

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
