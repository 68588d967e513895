package io.longwave.train.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlarmReportTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void countsRunsOutsideSegmentsPerDayAndDelaysInside() {
        boolean[] labels = RowMetricsTest.labels("000111000000110000000001111");
        double[] scores = scores("110001100110000000000000011");
        AlarmReport report = AlarmReport.at(labels, scores, 1, HOUR);
        // runs 0-1, 5-6 (touches a segment), 9-10, 25-26 (inside); 18 rows of an hour lie outside
        assertThat(report.alarmsPerDay()).isEqualTo(2 / (18 / 24.0), within(1e-12));
        assertThat(report.segmentsFound()).isEqualTo(2 / 3.0, within(1e-12));
        assertThat(report.medianDelayRows()).isEqualTo(2); // 2 and 2
        assertThat(report.medianDelay()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void silenceFindsNothingAndHasNoDelay() {
        AlarmReport report = AlarmReport.at(RowMetricsTest.labels("0110"), new double[4], 1, HOUR);
        assertThat(report.alarmsPerDay()).isZero();
        assertThat(report.segmentsFound()).isZero();
        assertThat(report.medianDelayRows()).isNaN();
        assertThatThrownBy(() -> AlarmReport.at(new boolean[1], new double[1], 1, Duration.ZERO))
                .hasMessage("interval of rows: expected a positive time but was PT0S");
    }

    @Test
    void aThresholdFromTrainingFlagsAtMostTheRestOfItsRows() {
        double[] train = new double[1000];
        for (int i = 0; i < train.length; i++) {
            train[i] = (i * 7) % 1000;
        }
        for (double q : new double[]{0, 0.5, 0.9, 0.99, 0.995, 0.999, 1}) {
            double threshold = Thresholds.quantile(train, q);
            long flagged = Arrays.stream(train).filter(score -> score >= threshold).count();
            assertThat(flagged).as("q %s", q).isEqualTo(Math.min(999, Math.round((1 - q) * 1000)));
        }
        assertThat(new double[]{2}[0] >= Thresholds.quantile(new double[]{2, 2, 2}, 0.5)).isFalse(); // equal scores go together
        assertThatThrownBy(() -> Thresholds.quantile(train, 1.1)).hasMessage("quantile: expected 0 to 1 but was 1.1");
    }

    @Test
    void aMeanLeavesOutWhatASeriesDoesNotHave() {
        boolean[] labels = RowMetricsTest.labels("0110");
        AnomalyScores found = AnomalyScores.of("a", labels, new double[]{0, 1, 1, 0}, 1, HOUR);
        AnomalyScores silent = AnomalyScores.of("b", labels, new double[]{1, 0, 0, 1}, 2, HOUR);
        AnomalyScores mean = AnomalyScores.mean(List.of(found, silent));
        assertThat(mean.f1()).isEqualTo(0.5);
        assertThat(mean.alarms().segmentsFound()).isEqualTo(0.5);
        assertThat(mean.alarms().medianDelayRows()).isZero();
        assertThat(mean.name()).isEqualTo("mean of 2");
        assertThat(found.line(10)).hasSameSizeAs(AnomalyScores.head(10)).startsWith("a ").contains("1.0000");
    }

    private static double[] scores(String digits) {
        return digits.chars().mapToDouble(c -> c - '0').toArray();
    }
}
