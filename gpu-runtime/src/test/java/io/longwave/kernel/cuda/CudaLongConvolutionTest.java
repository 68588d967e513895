package io.longwave.kernel.cuda;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.LongConvolutionContract;

class CudaLongConvolutionTest extends LongConvolutionContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }
}
