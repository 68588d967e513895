package io.longwave.kernel.cuda;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.ActivatedLinearContract;

class CudaActivatedLinearTest extends ActivatedLinearContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
