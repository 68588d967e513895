package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.PointwiseContract;

class ReferencePointwiseTest extends PointwiseContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
