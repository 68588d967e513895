package io.longwave.train.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangeMetricsTest {

    /** Sums of 250 terms of order 1. */
    private static final double ROUNDING = 1e-11;

    @Test
    void withoutABufferAndFewRowsItIsTheAreaTimesTheShareOfSegmentsFound() {
        // one segment, distinct scores, every row a threshold: recall and precision as they are
        boolean[] labels = RowMetricsTest.labels("0110");
        double[] scores = {1, 4, 2, 3};
        assertThat(new RangeMetrics(labels, scores).aucPr(0)).isEqualTo(new RowMetrics(labels, scores).aucPr(), within(ROUNDING));
        // two segments: after the first hit recall 1/2 and existence 1/2, after the second 1 and 1
        boolean[] two = RowMetricsTest.labels("1010");
        assertThat(new RangeMetrics(two, new double[]{4, 1, 2, 3}).aucPr(0)).isEqualTo(0.25 * 1 + 0.75 * 2 / 3, within(ROUNDING));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void agreesWithTheDefinitionWrittenOut(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = random.nextInt(1, 700);
        boolean[] labels = new boolean[n];
        double[] scores = new double[n];
        for (int i = 0; i < n; i++) {
            labels[i] = i > 0 && labels[i - 1] ? random.nextInt(5) > 0 : random.nextInt(seed % 2 == 0 ? 60 : 9) == 0;
            scores[i] = seed % 3 == 0 ? random.nextInt(20) : random.nextDouble() + (labels[i] ? 0.2 : 0);
        }
        labels[seed % 4 == 0 ? 0 : n - 1] = true;
        RangeMetrics metrics = new RangeMetrics(labels, scores);
        double sum = 0;
        for (int buffer = 0; buffer <= 30; buffer++) {
            double expected = writtenOut(labels, scores, buffer);
            assertThat(metrics.aucPr(buffer)).as("buffer %d", buffer).isEqualTo(expected, within(ROUNDING));
            sum += expected;
        }
        assertThat(metrics.vusPr(30)).isEqualTo(sum / 31, within(ROUNDING));
    }

    @Test
    void refusesANegativeBuffer() {
        assertThatThrownBy(() -> new RangeMetrics(new boolean[1], new double[1]).aucPr(-1))
                .hasMessage("expected a buffer of at least 0 rows but was -1");
    }

    private static double writtenOut(boolean[] labels, double[] scores, int buffer) {
        int n = labels.length;
        int half = buffer / 2;
        double[] weight = new double[n];
        boolean[] wide = new boolean[n + 1];
        boolean[] joined = new boolean[n + 1]; // row i and row i - 1 are of one buffered segment
        for (Segment segment : Segment.of(labels)) {
            int from = Math.max(0, segment.first() - half);
            int to = Math.min(n, segment.end() + half);
            for (int i = from; i < to; i++) {
                boolean inside = i >= segment.first() && i < segment.end();
                int distance = i < segment.first() ? segment.first() - i : i - segment.end() + 1;
                weight[i] += inside ? 1 : Math.sqrt(1 - (double) distance / buffer);
                wide[i] = true;
                joined[i] |= i > from;
            }
        }
        double[] descending = Arrays.stream(scores).map(x -> -x).sorted().map(x -> -x).toArray();
        double area = 0;
        double before = 0;
        for (int k = 0; k < 250; k++) {
            double threshold = descending[(int) (k * (n - 1L) / 249)];
            double hits = 0;
            double soft = 0;
            int size = 0;
            for (int i = 0; i < n; i++) {
                if (scores[i] >= threshold) {
                    size++;
                    hits += Math.min(1, weight[i]);
                    soft += labels[i] ? 0 : Math.min(1, weight[i]);
                }
            }
            int all = 0;
            int found = 0;
            for (int i = 0; i < n; i++) {
                if (wide[i] && !joined[i]) {
                    all++;
                    boolean any = false;
                    for (int j = i; j == i || joined[j]; j++) {
                        any |= scores[j] >= threshold;
                    }
                    found += any ? 1 : 0;
                }
            }
            int positive = 0;
            for (boolean label : labels) {
                positive += label ? 1 : 0;
            }
            double recall = Math.min(1, hits / (positive + soft / 2)) * found / all;
            area += (recall - before) * hits / size;
            before = recall;
        }
        return area;
    }
}
