package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.SeriesActivationContract;

class ReferenceSeriesActivationTest extends SeriesActivationContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
