package io.longwave.kernel.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.SelectiveScan;
import io.longwave.kernel.SelectiveScanContract;
import io.longwave.tensor.Tensor;

class SimdSelectiveScanTest extends SelectiveScanContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }

    @Test
    void theNumberOfThreadsDoesNotChangeABit() {
        double[] first = gradientOfC(new SimdKernels(1));
        for (int threads = 2; threads <= 4; threads++) {
            assertThat(gradientOfC(new SimdKernels(threads))).isEqualTo(first);
        }
    }

    /** 70 channels of one group and two entries: the sum over channels is cut into parts. */
    private static double[] gradientOfC(Kernels kernels) {
        SplittableRandom random = new SplittableRandom(3);
        Tensor rows = kernels.of(random.doubles(70 * 2 * 130, -1, 1).toArray(), 70, 2, 130);
        Tensor a = kernels.of(random.doubles(70 * 3, -1, 0).toArray(), 70, 3);
        Tensor b = kernels.of(random.doubles(3 * 2 * 130, -1, 1).toArray(), 3, 2, 130);
        SelectiveScan.Inputs inputs = new SelectiveScan.Inputs(rows, rows, a, b, b, 1, null, null, null, null, false, false);
        Tensor kept = kernels.zeros(3, 2, 3, 70);
        kernels.selectiveScan().forward(inputs, kernels.zeros(70, 2, 130), kept, null);
        Tensor dc = kernels.zeros(3, 2, 130);
        kernels.selectiveScan().backward(inputs, kept, rows, null, new SelectiveScan.Gradients(kernels.zeros(70, 2, 130),
                kernels.zeros(70, 2, 130), kernels.zeros(70, 3), kernels.zeros(3, 2, 130), dc, null, null, null, null));
        return kernels.toDoubles(dc);
    }
}
