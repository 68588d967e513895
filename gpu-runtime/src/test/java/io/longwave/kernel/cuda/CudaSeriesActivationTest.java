package io.longwave.kernel.cuda;

import io.longwave.kernel.SeriesActivationContract;
import io.longwave.kernel.Kernels;

class CudaSeriesActivationTest extends SeriesActivationContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
