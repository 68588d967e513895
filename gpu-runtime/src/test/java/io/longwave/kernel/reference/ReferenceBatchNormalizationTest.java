package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.BatchNormalizationContract;

class ReferenceBatchNormalizationTest extends BatchNormalizationContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
