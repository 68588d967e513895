package io.longwave.kernel.reference;

import io.longwave.kernel.SoftmaxKernelContract;
import io.longwave.kernel.Kernels;

class ReferenceSoftmaxKernelTest extends SoftmaxKernelContract {
    private static final Kernels SHARED = new ReferenceKernels();

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
