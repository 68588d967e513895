package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.SelectiveScanContract;

class ReferenceSelectiveScanTest extends SelectiveScanContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
