package io.longwave.kernel.reference;

import io.longwave.kernel.ColumnConvolutionContract;
import io.longwave.kernel.Kernels;

class ReferenceColumnConvolutionTest extends ColumnConvolutionContract {
    private static final Kernels SHARED = new ReferenceKernels();

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
