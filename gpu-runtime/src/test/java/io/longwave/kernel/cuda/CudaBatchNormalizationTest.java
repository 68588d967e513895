package io.longwave.kernel.cuda;

import io.longwave.kernel.BatchNormalizationContract;
import io.longwave.kernel.Kernels;

class CudaBatchNormalizationTest extends BatchNormalizationContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
