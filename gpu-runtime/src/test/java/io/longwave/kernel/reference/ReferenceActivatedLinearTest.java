package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.ActivatedLinearContract;

class ReferenceActivatedLinearTest extends ActivatedLinearContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
