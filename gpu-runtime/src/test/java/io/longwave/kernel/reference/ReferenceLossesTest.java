package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.LossesContract;

class ReferenceLossesTest extends LossesContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
