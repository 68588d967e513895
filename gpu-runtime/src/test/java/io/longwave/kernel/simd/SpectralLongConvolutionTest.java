package io.longwave.kernel.simd;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.LongConvolutionContract;

/** The contract with transforms at every size, also where another way is faster. */
class SpectralLongConvolutionTest extends LongConvolutionContract {
    private static final Kernels SHARED = new SimdKernels(2, (_, _, _) -> ConvolutionWay.SPECTRAL);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
