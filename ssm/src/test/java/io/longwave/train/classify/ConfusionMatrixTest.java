package io.longwave.train.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {

    private static final double EXACT = 1e-15;

    @Test
    void countsByHand() {
        // truth 0 0 0 0 1 1 2, given 0 0 0 1 1 0 2
        ConfusionMatrix matrix = ConfusionMatrix.of(List.of("a", "b", "c"), new int[]{0, 0, 0, 0, 1, 1, 2}, new int[]{0, 0, 0, 1, 1, 0, 2});
        assertThat(matrix.counts()).isDeepEqualTo(new long[][]{{3, 1, 0}, {1, 1, 0}, {0, 0, 1}});
        assertThat(matrix.accuracy()).isEqualTo(5 / 7.0, within(EXACT));
        assertThat(matrix.sensitivity(0)).isEqualTo(3 / 4.0, within(EXACT));
        assertThat(matrix.positivePredictivity(0)).isEqualTo(3 / 4.0, within(EXACT));
        assertThat(matrix.sensitivity(1)).isEqualTo(1 / 2.0, within(EXACT));
        assertThat(matrix.positivePredictivity(1)).isEqualTo(1 / 2.0, within(EXACT));
        assertThat(matrix.balancedAccuracy()).isEqualTo((0.75 + 0.5 + 1) / 3, within(EXACT));
        assertThat(matrix.macroF1()).isEqualTo((0.75 + 0.5 + 1) / 3, within(EXACT));
    }

    @Test
    void aClassWithoutRowsCountsInNoMeanAndOneNeverGivenHasF1Zero() {
        ConfusionMatrix matrix = ConfusionMatrix.of(List.of("a", "b", "c"), new int[]{0, 0, 1}, new int[]{0, 2, 0});
        assertThat(matrix.sensitivity(2)).isNaN();
        assertThat(matrix.f1(2)).isNaN();
        assertThat(matrix.positivePredictivity(1)).isZero();
        assertThat(matrix.f1(1)).isZero();
        assertThat(matrix.f1(0)).isEqualTo(2.0 / (2 + 1 + 1), within(EXACT));
        assertThat(matrix.balancedAccuracy()).isEqualTo((0.5 + 0) / 2, within(EXACT));
        assertThat(matrix.macroF1()).isEqualTo((0.5 + 0) / 2, within(EXACT));
    }

    @Test
    void printsATableThatNamesTheClassesOfTheMeans() {
        assertThat(ConfusionMatrix.of(List.of("N", "S", "Q"), new int[]{0, 0, 0, 1}, new int[]{0, 0, 1, 1}).table()).isEqualTo("""
                true \\ given  N  S  Q  rows  sensitivity  pos. predictivity      F1
                N             2  1  0     3       0.6667             1.0000  0.8000
                S             0  1  0     1       1.0000             0.5000  0.6667
                Q             0  0  0     0            -             0.0000       -
                accuracy 0.7500, balanced accuracy 0.8333, macro F1 0.7333 over N, S
                """);
    }

    @Test
    void refusesLabelsThatDoNotPair() {
        assertThatThrownBy(() -> ConfusionMatrix.of(List.of("a"), new int[2], new int[1]))
                .hasMessage("expected as many given labels as true ones, 2, but was 1");
    }
}
