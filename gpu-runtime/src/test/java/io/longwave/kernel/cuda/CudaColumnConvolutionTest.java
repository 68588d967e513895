package io.longwave.kernel.cuda;

import io.longwave.kernel.ColumnConvolutionContract;
import io.longwave.kernel.Kernels;

class CudaColumnConvolutionTest extends ColumnConvolutionContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
