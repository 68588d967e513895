package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.GatedUnitContract;

class ReferenceGatedUnitTest extends GatedUnitContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
