package io.longwave.kernel.reference;

import io.longwave.kernel.AdamWContract;
import io.longwave.kernel.Kernels;

class ReferenceAdamWTest extends AdamWContract {
    private static final Kernels SHARED = new ReferenceKernels();

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
