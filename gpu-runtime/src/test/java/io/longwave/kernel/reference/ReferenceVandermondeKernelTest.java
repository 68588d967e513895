package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.VandermondeKernelContract;

class ReferenceVandermondeKernelTest extends VandermondeKernelContract {
    private static final Kernels SHARED = new ReferenceKernels();

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
