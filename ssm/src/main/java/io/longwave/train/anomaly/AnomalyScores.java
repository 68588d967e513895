package io.longwave.train.anomaly;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Every number a detector is judged by on one series, or the means of several.
 *
 * @param rows of the test part
 * @param chance share of anomalous rows, what a random score gets as {@code aucPr}
 * @param aucPr area under precision and recall, row by row
 * @param bestF1 upper bound: the labels chose the threshold
 * @param f1 at the threshold fixed from training scores
 * @param adjusted20 best F1 with segments counted whole once more than 20 % is flagged
 * @param pointAdjusted best F1 with segments counted whole once a row is flagged; only to compare with papers
 * @param rangeAucPr with a buffer of {@link #BUFFER} rows
 * @param vusPr mean of the range AUC-PR over buffers 0 to {@link #BUFFER}; the number to compare detectors by
 * @param threshold that was fixed; NaN in a mean
 * @param alarms at that threshold
 */
public record AnomalyScores(String name, int rows, double chance, double aucPr, double bestF1, double f1, double adjusted20,
        double pointAdjusted,
        double rangeAucPr, double vusPr, double threshold, AlarmReport alarms) {

    /** Longest buffer L of {@link #vusPr}. */
    public static final int BUFFER = 100;

    /**
     * Judges one series.
     *
     * @param labels,scores [N], of the test rows
     * @param threshold fixed beforehand, see {@link Thresholds}
     * @param interval between two rows
     */
    public static AnomalyScores of(String name, boolean[] labels, double[] scores, double threshold, Duration interval) {
        RowMetrics byRow = new RowMetrics(labels, scores);
        RangeMetrics byRange = new RangeMetrics(labels, scores);
        return new AnomalyScores(name, labels.length, byRow.chance(), byRow.aucPr(), byRow.bestF1().f1(), byRow.f1At(threshold),
                byRow.adjusted(20).f1(),
                byRow.pointAdjusted().f1(), byRange.aucPr(BUFFER), byRange.vusPr(BUFFER), threshold,
                AlarmReport.at(labels, scores, threshold, interval));
    }

    /** Means over series, each counting once; a number that is NaN for a series is left out of its mean. */
    public static AnomalyScores mean(List<AnomalyScores> all) {
        double delay = mean(all.stream().mapToDouble(one -> one.alarms.medianDelayRows()).toArray());
        double millis = mean(all.stream()
                .mapToDouble(one -> Double.isNaN(one.alarms.medianDelayRows()) ? Double.NaN : one.alarms.medianDelay().toMillis())
                .toArray());
        AlarmReport alarms = new AlarmReport(mean(all.stream().mapToDouble(one -> one.alarms.alarmsPerDay()).toArray()),
                mean(all.stream().mapToDouble(one -> one.alarms.segmentsFound()).toArray()), delay,
                Double.isNaN(millis) ? Duration.ZERO : Duration.ofMillis(Math.round(millis)));
        return new AnomalyScores("mean of " + all.size(), all.stream().mapToInt(AnomalyScores::rows).sum(),
                mean(all.stream().mapToDouble(AnomalyScores::chance).toArray()),
                mean(all.stream().mapToDouble(AnomalyScores::aucPr).toArray()),
                mean(all.stream().mapToDouble(AnomalyScores::bestF1).toArray()),
                mean(all.stream().mapToDouble(AnomalyScores::f1).toArray()),
                mean(all.stream().mapToDouble(AnomalyScores::adjusted20).toArray()),
                mean(all.stream().mapToDouble(AnomalyScores::pointAdjusted).toArray()),
                mean(all.stream().mapToDouble(AnomalyScores::rangeAucPr).toArray()),
                mean(all.stream().mapToDouble(AnomalyScores::vusPr).toArray()),
                Double.NaN, alarms);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
    }

    /** Head of {@link #line}. */
    public static String head(int nameWidth) {
        return String.format(Locale.ROOT, "%-" + nameWidth + "s %7s %7s %7s %7s %7s %7s %8s %7s %9s %7s %9s", "", "chance", "AUC-PR",
                "best F1", "F1",
                "20% adj", "pt. adj", "R-AUC-PR", "VUS-PR", "alarms/d", "found", "delay");
    }

    /** One line of a table; F1, alarms a day, found and delay (rows) are at the fixed threshold, and what cannot be told without an anomalous row is a dash. */
    public String line(int nameWidth) {
        return String.format(Locale.ROOT, "%-" + nameWidth + "s %7.4f %7s %7s %7s %7s %7s %8s %7s %9.2f %7s %9s", name, chance,
                text(aucPr, 4),
                text(bestF1, 4), text(f1, 4), text(adjusted20, 4), text(pointAdjusted, 4), text(rangeAucPr, 4), text(vusPr, 4),
                alarms.alarmsPerDay(), text(alarms.segmentsFound(), 3), text(alarms.medianDelayRows(), 1));
    }

    private static String text(double number, int decimals) {
        return Double.isNaN(number) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", number);
    }
}
