package io.longwave.kernel.reference;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.SequenceLayoutContract;

class ReferenceSequenceLayoutTest extends SequenceLayoutContract {
    @Override
    protected Kernels kernels() {
        return new ReferenceKernels();
    }
}
