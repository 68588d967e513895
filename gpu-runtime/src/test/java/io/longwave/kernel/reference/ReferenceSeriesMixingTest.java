package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.SeriesMixingContract;

class ReferenceSeriesMixingTest extends SeriesMixingContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
