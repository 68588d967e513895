package io.longwave.kernel.reference;

import io.longwave.kernel.ButterflyTransformContract;
import io.longwave.kernel.Kernels;

class ReferenceButterflyTransformTest extends ButterflyTransformContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
