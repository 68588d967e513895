package io.longwave.kernel.cuda;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.TapRegularizationContract;

class CudaTapRegularizationTest extends TapRegularizationContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
