package io.longwave.kernel.reference;

import io.longwave.kernel.LongConvolutionContract;
import io.longwave.kernel.Kernels;

class ReferenceLongConvolutionTest extends LongConvolutionContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
