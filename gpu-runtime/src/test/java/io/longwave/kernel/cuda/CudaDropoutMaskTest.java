package io.longwave.kernel.cuda;

import io.longwave.kernel.DropoutMaskContract;
import io.longwave.kernel.Kernels;

class CudaDropoutMaskTest extends DropoutMaskContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
