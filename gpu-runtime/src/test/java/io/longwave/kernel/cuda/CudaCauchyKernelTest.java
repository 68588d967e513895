package io.longwave.kernel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.longwave.cuda.CudaDevice;
import io.longwave.kernel.CauchyKernel;
import io.longwave.kernel.CauchyKernel.LowRankModes;
import io.longwave.kernel.CauchyKernelContract;
import io.longwave.kernel.Gen;
import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

class CudaCauchyKernelTest extends CauchyKernelContract {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }

    @Test
    void channelsTakenInTurnsGiveTheBitsOfAllAtOnce() {
        Gen.forAll(2, gen -> {
            int channels = 5;
            int length = gen.between(3, 40);
            double[] poles = gen.numbers(channels * 2);
            for (int i = 0; i < poles.length; i++) {
                poles[i] = -0.1 - Math.abs(poles[i]);
            }
            LowRankModes modes = new LowRankModes(channels, 2, 1, 1, poles, gen.numbers(10), gen.numbers(20), gen.numbers(20),
                    gen.numbers(20), gen.numbers(20));
            CudaDevice device = TestedKernels.device(1);
            Kernels kernels = new CudaKernels(device);
            Launcher launcher = new Launcher(device);
            int frequencies = CauchyKernel.frequencies(length);
            long ofTwoChannels = 2 * (8 + 6) * frequencies;
            List<double[]> results = new ArrayList<>();
            for (CauchyProduct product : List.of(new CauchyProduct(launcher), new CauchyProduct(launcher, ofTwoChannels))) {
                CauchyKernel kernel = new CudaCauchyKernel(product);
                Tensor re = kernels.zeros(channels, frequencies);
                Tensor im = kernels.zeros(channels, frequencies);
                kernel.forward(modes, length, re, im);
                results.add(kernels.toDoubles(re));
                LowRankModes gradient = kernel.backward(modes, length, re, im);
                results.add(gradient.poleIm());
                results.add(gradient.rightRe());
            }
            for (int i = 0; i < 3; i++) {
                assertThat(results.get(i + 3)).isEqualTo(results.get(i));
            }
        });
    }
}
