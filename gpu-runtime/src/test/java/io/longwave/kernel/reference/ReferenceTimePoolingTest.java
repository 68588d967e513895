package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.TimePoolingContract;

class ReferenceTimePoolingTest extends TimePoolingContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
