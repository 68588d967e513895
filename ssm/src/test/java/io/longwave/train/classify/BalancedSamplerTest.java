package io.longwave.train.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BalancedSamplerTest {

    private static final int[] COUNTS = {90, 9, 1};

    @Test
    void weightsHaveMeanOneOverRowsAndFollowTheirRule() {
        double[] rows = ClassWeights.inverse(COUNTS, 0);
        double[] classes = ClassWeights.inverse(COUNTS, 1);
        double[] between = ClassWeights.inverse(COUNTS, 0.5);
        assertThat(rows).containsExactly(1, 1, 1);
        assertThat(classes[2] / classes[0]).isEqualTo(90, within(1e-9));
        assertThat(between[2] / between[0]).isEqualTo(Math.sqrt(90), within(1e-9));
        assertThat(classes[0] * 90 + classes[1] * 9 + classes[2]).isEqualTo(100, within(1e-9));
        double[] effective = ClassWeights.effectiveNumber(COUNTS, 0.9);
        assertThat(effective[1] / effective[2]).isEqualTo((1 - 0.9) / (1 - Math.pow(0.9, 9)), within(1e-12));
        assertThat(ClassWeights.effectiveNumber(COUNTS, 0)).containsExactly(1, 1, 1);
        assertThat(ClassWeights.inverse(new int[]{4, 0}, 1)).containsExactly(1, 0);
        assertThatThrownBy(() -> ClassWeights.inverse(new int[2], 1)).hasMessage("expected training rows but no class has any");
    }

    @Test
    void equalWeightsGiveEveryRowOnceInAnotherOrderEachEpoch() {
        BalancedSampler sampler = new BalancedSampler(rows(), new double[]{1, 1, 1}, 3);
        assertThat(sorted(sampler.epoch(0))).isEqualTo(sorted(sampler.epoch(1))).hasSize(100).doesNotHaveDuplicates();
        assertThat(sampler.epoch(0)).isNotEqualTo(sampler.epoch(1))
                .isEqualTo(new BalancedSampler(rows(), new double[]{1, 1, 1}, 3).epoch(0));
    }

    @Test
    void balancedClassesComeAlikeAndNoRowTwiceBeforeEachOnce() {
        List<LabelledSequence> rows = rows();
        BalancedSampler sampler = new BalancedSampler(rows, ClassWeights.inverse(COUNTS, 1), 3);
        for (int epoch = 0; epoch < 5; epoch++) {
            int[] order = sampler.epoch(epoch);
            int[] byClass = new int[3];
            int[] byRow = new int[100];
            for (int row : order) {
                byClass[rows.get(row).label()]++;
                byRow[row]++;
            }
            assertThat(order).hasSize(100);
            assertThat(Arrays.stream(byClass)).allMatch(count -> count == 33 || count == 34);
            assertThat(Arrays.stream(byRow, 0, 90)).allMatch(times -> times <= 1);
            assertThat(Arrays.stream(byRow, 90, 99)).allMatch(times -> times == 3 || times == 4);
        }
    }

    @Test
    void sharesComeOutInTheMeanWhereTheyAreNoWholeNumbers() {
        BalancedSampler sampler = new BalancedSampler(rows(), ClassWeights.inverse(COUNTS, 0.5), 5);
        double expected = 100 * Math.sqrt(1) / (Math.sqrt(90) + Math.sqrt(9) + Math.sqrt(1));
        double sum = 0;
        for (int epoch = 0; epoch < 400; epoch++) {
            sum += Arrays.stream(sampler.epoch(epoch)).filter(row -> row == 99).count();
        }
        // one draw an epoch decides between two whole numbers: deviation of the mean at most 0.5 / 20; five of them
        assertThat(sum / 400).isEqualTo(expected, within(0.125));
    }

    private static List<LabelledSequence> rows() {
        List<LabelledSequence> rows = new ArrayList<>();
        for (int c = 0; c < COUNTS.length; c++) {
            for (int i = 0; i < COUNTS[c]; i++) {
                rows.add(new LabelledSequence(new float[]{i}, 1, c, ""));
            }
        }
        return rows;
    }

    private static int[] sorted(int[] values) {
        return Arrays.stream(values).sorted().toArray();
    }
}
