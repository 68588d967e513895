package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.RecurrentStepContract;

class ReferenceRecurrentStepTest extends RecurrentStepContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
