package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import io.longwave.tensor.Tensor;

public abstract class SequenceLayoutContract extends KernelComparison {

    @Test
    void rowsBecomeChannelsStandardisedAndCutIntoPatches() {
        Gen.forAll(20, gen -> {
            int batch = gen.between(1, 4);
            int length = gen.between(1, 40);
            int variates = gen.between(1, 3);
            int patch = gen.between(1, 5);
            int steps = (length + patch - 1) / patch;
            int[] lengths = new int[batch];
            for (int b = 0; b < batch; b++) {
                lengths[b] = gen.between(0, length);
            }
            boolean whole = gen.coin();
            boolean scaled = gen.coin();
            double[] rows = gen.numbers(batch * length * variates);
            double[] mean = gen.numbers(variates);
            double[] scale = gen.numbers(variates);
            double[] out = gen.numbers(variates * patch * batch * steps); // whatever was there is overwritten
            agrees(kernels -> {
                Tensor channels = kernels.of(out, variates * patch, batch, steps);
                kernels.sequenceLayout().toChannels(kernels.of(rows, batch, length, variates), whole ? null : lengths, patch,
                        scaled ? kernels.of(mean, variates) : null, scaled ? kernels.of(scale, variates) : null, channels);
                Tensor back = kernels.zeros(batch, length, variates);
                kernels.sequenceLayout().toRows(channels, patch, back);
                return new double[][]{values(kernels, channels), values(kernels, back)};
            }, 4);
            Kernels kernels = kernels();
            Tensor channels = kernels.zeros(variates * patch, batch, steps);
            kernels.sequenceLayout().toChannels(kernels.of(rows, batch, length, variates), null, patch, null, null, channels);
            Tensor back = kernels.zeros(batch, length, variates);
            kernels.sequenceLayout().toRows(channels, patch, back);
            assertThat(values(kernels, back)).isEqualTo(rows);
        });
    }

    @Test
    void consecutiveSamplesOfAPatchAreConsecutiveChannels() {
        Kernels kernels = kernels();
        Tensor channels = kernels.zeros(2, 1, 3);
        kernels.sequenceLayout().toChannels(kernels.of(new double[]{1, 2, 3, 4, 5}, 1, 5, 1), null, 2, null, null, channels);
        assertThat(values(kernels, channels)).containsExactly(1, 3, 5, 2, 4, 0);
    }

    @Test
    void axesAreSwappedAndStretchesCutOutAndPutBack() {
        Gen.forAll(10, gen -> {
            int groups = gen.between(1, 3);
            int m = gen.between(1, 20);
            int n = gen.between(1, 20);
            int count = gen.between(1, n);
            int from = gen.between(0, n - count);
            boolean accumulate = gen.coin();
            double[] x = gen.numbers(groups * m * n);
            double[] y = gen.numbers(groups * m * n);
            agrees(kernels -> {
                Tensor xT = kernels.of(x, groups, m, n);
                Tensor turned = kernels.of(y, groups, n, m);
                kernels.sequenceLayout().transpose(xT, turned, accumulate);
                Tensor stretch = kernels.zeros(groups, m, count);
                kernels.sequenceLayout().slice(xT, from, stretch);
                Tensor back = kernels.of(y, groups, m, n);
                kernels.sequenceLayout().unslice(stretch, from, back, accumulate);
                return new double[][]{values(kernels, turned), values(kernels, stretch), values(kernels, back)};
            }, 2);
        });
    }

    @Test
    void aSlicePastTheEndIsRefused() {
        Kernels kernels = kernels();
        assertThatThrownBy(() -> kernels.sequenceLayout().slice(kernels.zeros(2, 5), 3, kernels.zeros(2, 3)))
                .hasMessage("slice of 3 from 3 does not fit [2, 5]");
    }
}
