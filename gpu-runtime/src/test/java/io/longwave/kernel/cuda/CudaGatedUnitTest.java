package io.longwave.kernel.cuda;

import io.longwave.kernel.GatedUnitContract;
import io.longwave.kernel.Kernels;

class CudaGatedUnitTest extends GatedUnitContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
