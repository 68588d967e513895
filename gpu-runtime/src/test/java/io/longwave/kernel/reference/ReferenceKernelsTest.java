package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.KernelsContract;

class ReferenceKernelsTest extends KernelsContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
