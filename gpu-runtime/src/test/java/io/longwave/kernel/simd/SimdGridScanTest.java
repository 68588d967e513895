package io.longwave.kernel.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import io.longwave.kernel.GridScan;
import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.GridScan.Parameters;
import io.longwave.kernel.GridScanContract;
import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

class SimdGridScanTest extends GridScanContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }

    @Test
    void theNumberOfThreadsDoesNotChangeABit() {
        double[][] first = gradients(new SimdKernels(1));
        for (int threads = 2; threads <= 4; threads++) {
            assertThat(gradients(new SimdKernels(threads))).isDeepEqualTo(first);
        }
    }

    private static double[][] gradients(Kernels kernels) {
        SplittableRandom random = new SplittableRandom(7);
        int[] sequence = {12, 3, 70, 20};
        int[] shared = {4, 3, 70, 20};
        Tensor x = tensor(kernels, random, -1, 1, sequence);
        Parameters p = new Parameters(tensor(kernels, random, -4, -1, 12, 4), tensor(kernels, random, -1, 1, 12, 4),
                tensor(kernels, random, -1, 1, 12, 4), tensor(kernels, random, -4, -1, 12, 4), tensor(kernels, random, -1, 1, shared),
                tensor(kernels, random, -1, 1, shared), tensor(kernels, random, -1, 1, shared), tensor(kernels, random, -1, 1, shared),
                tensor(kernels, random, -1, 1, 12), tensor(kernels, random, 0.01, 1, sequence), tensor(kernels, random, 0.01, 1, sequence));
        Tensor stepGradient = kernels.zeros(sequence);
        Parameters gradients = new Parameters(kernels.zeros(12, 4), kernels.zeros(12, 4), kernels.zeros(12, 4), kernels.zeros(12, 4),
                kernels.zeros(shared), kernels.zeros(shared), kernels.zeros(shared), kernels.zeros(shared), kernels.zeros(12),
                kernels.zeros(sequence), stepGradient);
        Form form = new Form(Discretization.ZERO_ORDER_HOLD, Discretization.ZERO_ORDER_HOLD, false, true);
        GridScan scan = kernels.gridScan();
        Tensor y = kernels.zeros(sequence);
        Tensor dx = kernels.zeros(sequence);
        Tensor kept = kernels.zeros(scan.kept(12, 3, 70, 20, 4));
        scan.forward(form, x, p, null, y, null, kept);
        scan.backward(form, x, p, null, kept, y, null, dx, gradients, null);
        return new double[][]{kernels.toDoubles(y), kernels.toDoubles(dx), kernels.toDoubles(gradients.a1()),
                kernels.toDoubles(gradients.b2()),
                kernels.toDoubles(gradients.d()), kernels.toDoubles(stepGradient)};
    }

    private static Tensor tensor(Kernels kernels, SplittableRandom random, double low, double high, int... dims) {
        Tensor tensor = kernels.zeros(dims);
        kernels.upload(random.doubles(tensor.size(), low, high).toArray(), tensor);
        return tensor;
    }
}
