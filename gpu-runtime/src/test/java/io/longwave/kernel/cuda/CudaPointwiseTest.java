package io.longwave.kernel.cuda;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.PointwiseContract;

class CudaPointwiseTest extends PointwiseContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
