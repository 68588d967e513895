package io.longwave.train.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowMetricsTest {

    /** Sums of a few hundred terms of order 1. */
    private static final double ROUNDING = 1e-12;

    @Test
    void countsByHand() {
        // descending: 9 hit, 8 miss, 7 hit, 1 miss, 0 hit and miss together
        RowMetrics metrics = new RowMetrics(labels("100110"), new double[]{9, 8, 0, 7, 0, 1});
        assertThat(metrics.chance()).isEqualTo(0.5);
        assertThat(metrics.aucPr()).isEqualTo((1 * 1 + 2 / 3.0 + 3 / 6.0) / 3, within(ROUNDING));
        assertThat(metrics.bestF1().f1()).isEqualTo(2.0 * 2 / (3 + 3), within(ROUNDING));
        assertThat(metrics.bestF1().threshold()).isEqualTo(7);
        assertThat(metrics.f1At(8)).isEqualTo(2.0 / (2 + 3), within(ROUNDING));
        assertThat(metrics.f1At(8.5)).isEqualTo(2.0 / (1 + 3), within(ROUNDING));
        assertThat(metrics.f1At(100)).isZero();
        // 7 flags the whole second segment: 3 hits, 1 miss
        assertThat(metrics.pointAdjusted().f1()).isEqualTo(2.0 * 3 / (4 + 3), within(ROUNDING));
    }

    @Test
    void moreThanTheShareOfASegmentMustBeFlagged() {
        double[] scores = {5, 0, 0, 0, 0, 1, 1};
        assertThat(new RowMetrics(labels("1111100"), scores).adjusted(20).f1()).isEqualTo(2.0 * 5 / (7 + 5), within(ROUNDING)); // 1 of 5 is not more
        assertThat(new RowMetrics(labels("1111000"), scores).adjusted(20).f1()).isEqualTo(1, within(ROUNDING)); // 1 of 4 is
        assertThat(new RowMetrics(labels("1111100"), scores).adjusted(19).f1()).isEqualTo(1, within(ROUNDING));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithEveryThresholdTriedOneByOne(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = random.nextInt(1, 120);
        boolean[] labels = new boolean[n];
        double[] scores = new double[n];
        for (int i = 0; i < n; i++) {
            labels[i] = i > 0 && labels[i - 1] ? random.nextInt(4) > 0 : random.nextInt(8) == 0;
            scores[i] = random.nextInt(25); // many equal ones
        }
        labels[n / 2] = true;
        RowMetrics metrics = new RowMetrics(labels, scores);
        double area = 0;
        double recallBefore = 0;
        double[] best = new double[3];
        for (double threshold : new TreeSet<>(Arrays.stream(scores).boxed().toList()).descendingSet()) {
            boolean[] flagged = new boolean[n];
            for (int i = 0; i < n; i++) {
                flagged[i] = scores[i] >= threshold;
            }
            int hits = both(labels, flagged);
            double recall = (double) hits / count(labels);
            area += (recall - recallBefore) * hits / count(flagged);
            recallBefore = recall;
            best[0] = Math.max(best[0], f1(labels, flagged));
            best[1] = Math.max(best[1], f1(labels, adjusted(labels, flagged, 0.2)));
            best[2] = Math.max(best[2], f1(labels, adjusted(labels, flagged, 0)));
            assertThat(metrics.f1At(threshold)).isEqualTo(f1(labels, flagged), within(ROUNDING));
        }
        assertThat(metrics.aucPr()).isEqualTo(area, within(ROUNDING));
        assertThat(metrics.bestF1().f1()).isEqualTo(best[0], within(ROUNDING));
        assertThat(metrics.f1At(metrics.bestF1().threshold())).isEqualTo(best[0], within(ROUNDING));
        assertThat(metrics.adjusted(20).f1()).isEqualTo(best[1], within(ROUNDING));
        assertThat(metrics.pointAdjusted().f1()).isEqualTo(best[2], within(ROUNDING));
    }

    @Test
    void withoutAnAnomalyThereIsNothingToFind() {
        RowMetrics metrics = new RowMetrics(new boolean[3], new double[]{1, 2, 3});
        assertThat(metrics.aucPr()).isNaN();
        assertThat(metrics.bestF1().f1()).isNaN();
        assertThat(metrics.f1At(2)).isNaN();
        assertThat(metrics.chance()).isZero();
        assertThat(new RangeMetrics(new boolean[3], new double[]{1, 2, 3}).vusPr(2)).isNaN();
    }

    @Test
    void refusesScoresThatAreNoNumbersOrTooFew() {
        assertThatThrownBy(() -> new RowMetrics(new boolean[2], new double[]{1, Double.NaN}))
                .hasMessage("expected a number as the score of row 1 but was NaN");
        assertThatThrownBy(() -> new RangeMetrics(new boolean[2], new double[]{1, Double.NaN})).hasMessageContaining("some are NaN");
        assertThatThrownBy(() -> new RowMetrics(new boolean[2], new double[1])).hasMessage("expected a score for each of 2 rows but was 1");
        assertThatThrownBy(() -> new RowMetrics(labels("1"), new double[1]).adjusted(100))
                .hasMessage("expected a share of 0 to 99 percent but was 100");
    }

    static boolean[] labels(String digits) {
        boolean[] labels = new boolean[digits.length()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = digits.charAt(i) == '1';
        }
        return labels;
    }

    private static boolean[] adjusted(boolean[] labels, boolean[] flagged, double share) {
        boolean[] out = flagged.clone();
        for (int first = 0; first < labels.length; first++) {
            if (!labels[first] || first > 0 && labels[first - 1]) {
                continue;
            }
            int end = first;
            int inside = 0;
            while (end < labels.length && labels[end]) {
                inside += flagged[end] ? 1 : 0;
                end++;
            }
            if ((double) inside / (end - first) > share) {
                Arrays.fill(out, first, end, true);
            }
        }
        return out;
    }

    private static double f1(boolean[] labels, boolean[] flagged) {
        return 2.0 * both(labels, flagged) / (count(labels) + count(flagged));
    }

    private static int both(boolean[] a, boolean[] b) {
        int n = 0;
        for (int i = 0; i < a.length; i++) {
            n += a[i] && b[i] ? 1 : 0;
        }
        return n;
    }

    private static int count(boolean[] rows) {
        return both(rows, rows);
    }
}
