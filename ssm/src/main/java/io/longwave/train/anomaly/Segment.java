package io.longwave.train.anomaly;

import java.util.ArrayList;
import java.util.List;

/**
 * A run of rows.
 *
 * @param first row, from 0
 * @param end row after the last
 */
public record Segment(int first, int end) {
    public Segment {
        if (first < 0 || end <= first) {
            throw new IllegalArgumentException(
                    "segment: expected a first row from 0 and an end behind it but was " + first + " and " + end);
        }
    }

    public int length() {
        return end - first;
    }

    /** Maximal runs of rows that are true, in order. */
    public static List<Segment> of(boolean[] rows) {
        List<Segment> segments = new ArrayList<>();
        int first = -1;
        for (int i = 0; i <= rows.length; i++) {
            boolean on = i < rows.length && rows[i];
            if (on && first < 0) {
                first = i;
            } else if (!on && first >= 0) {
                segments.add(new Segment(first, i));
                first = -1;
            }
        }
        return segments;
    }
}
