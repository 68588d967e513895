package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.DropoutMaskContract;

class ReferenceDropoutMaskTest extends DropoutMaskContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
