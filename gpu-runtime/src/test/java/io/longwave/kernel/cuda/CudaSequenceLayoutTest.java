package io.longwave.kernel.cuda;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.SequenceLayoutContract;

class CudaSequenceLayoutTest extends SequenceLayoutContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
