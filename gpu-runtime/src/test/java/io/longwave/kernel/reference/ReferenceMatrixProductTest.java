package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.MatrixProductContract;

class ReferenceMatrixProductTest extends MatrixProductContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
