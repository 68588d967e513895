package io.longwave.kernel.cuda;

import io.longwave.kernel.CompanionRecurrenceContract;
import io.longwave.kernel.Kernels;

class CudaCompanionRecurrenceTest extends CompanionRecurrenceContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
