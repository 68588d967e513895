package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.LowRankSpectrumContract;

class ReferenceLowRankSpectrumTest extends LowRankSpectrumContract {
    private static final Kernels SHARED = new ReferenceKernels();

    @Override
    protected Kernels kernels() {
        return SHARED;
    }
}
