package io.longwave.kernel.reference;

import io.longwave.kernel.GridScanContract;
import io.longwave.kernel.Kernels;

class ReferenceGridScanTest extends GridScanContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
