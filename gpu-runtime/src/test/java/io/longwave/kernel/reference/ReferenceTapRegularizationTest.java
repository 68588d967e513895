package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.TapRegularizationContract;

class ReferenceTapRegularizationTest extends TapRegularizationContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
