package io.longwave.train.anomaly;

import java.time.Duration;
import java.util.List;

/**
 * What a person at the console would see at one threshold. An alarm is a run of flagged rows.
 *
 * @param alarmsPerDay alarms with no row in a segment, per day of rows outside segments
 * @param segmentsFound share of segments with a flagged row; NaN without segments
 * @param medianDelayRows median over found segments of the rows from their first to the first flagged one; NaN where none is found
 * @param medianDelay the same as time, rounded to milliseconds; zero where none is found
 */
public record AlarmReport(double alarmsPerDay, double segmentsFound, double medianDelayRows, Duration medianDelay) {

    /**
     * @param labels [N]
     * @param scores [N]
     * @param threshold rows at or above it are flagged
     * @param interval between two rows
     */
    public static AlarmReport at(boolean[] labels, double[] scores, double threshold, Duration interval) {
        if (labels.length != scores.length) {
            throw new IllegalArgumentException("expected a score for each of " + labels.length + " rows but was " + scores.length);
        }
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval of rows: expected a positive time but was " + interval);
        }
        boolean[] flagged = new boolean[scores.length];
        int outside = 0;
        for (int i = 0; i < flagged.length; i++) {
            flagged[i] = scores[i] >= threshold;
            outside += labels[i] ? 0 : 1;
        }
        long alarms = Segment.of(flagged).stream().filter(alarm -> !any(labels, alarm)).count();
        double days = outside * (interval.toNanos() / 86_400e9);
        List<Segment> segments = Segment.of(labels);
        double[] delays = segments.stream().filter(segment -> any(flagged, segment)).mapToDouble(segment -> delay(flagged, segment))
                .sorted().toArray();
        double delay = median(delays);
        return new AlarmReport(days > 0 ? alarms / days : 0, (double) delays.length / segments.size(), delay,
                Double.isNaN(delay) ? Duration.ZERO : Duration.ofMillis(Math.round(delay * interval.toNanos() / 1e6)));
    }

    private static boolean any(boolean[] rows, Segment segment) {
        for (int i = segment.first(); i < segment.end(); i++) {
            if (rows[i]) {
                return true;
            }
        }
        return false;
    }

    private static int delay(boolean[] flagged, Segment segment) {
        int i = segment.first();
        while (!flagged[i]) {
            i++;
        }
        return i - segment.first();
    }

    private static double median(double[] sorted) {
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}
