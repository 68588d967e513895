package io.longwave.kernel.reference;

import io.longwave.kernel.FourierTransformContract;
import io.longwave.kernel.Kernels;

class ReferenceFourierTransformTest extends FourierTransformContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
