package io.longwave.train.anomaly;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Precision and recall with a soft border around each segment: Paparrizos et al. 2022, PVLDB 15(11):2774, in the form of TSB-AD (Liu and Paparrizos 2024).
 *
 * <p>For a buffer of l rows a labelled row weighs 1; an unlabelled row at distance d ≤ ⌊l/2⌋ from a segment weighs √(1 - d/l), weights of two neighbours added
 * and cut at 1. For the rows S at or above a threshold: TP is their weight, precision TP / |S|, recall min(1, TP / (P + B/2)) with P the labelled rows and B
 * the part of TP on unlabelled ones, times the share of buffered segments with a row in S, where buffered segments that share a row are one.
 * Thresholds are the scores at 250 ranks from the highest to the lowest.
 *
 * <p>Every row falls once into the first threshold that takes it; each buffer then needs one pass over the weighted rows alone.
 */
public final class RangeMetrics {

    private static final int THRESHOLDS = 250;

    private final List<Segment> segments;
    private final int rows;
    private final long positive;
    /** Index of the first, highest, threshold that takes each row. */
    private final int[] taken;
    /** Rows at or above each threshold. */
    private final long[] predicted = new long[THRESHOLDS];

    /**
     * @param labels [N]
     * @param scores [N], higher is more unusual
     */
    public RangeMetrics(boolean[] labels, double[] scores) {
        if (labels.length != scores.length) {
            throw new IllegalArgumentException("expected a score for each of " + labels.length + " rows but was " + scores.length);
        }
        this.segments = Segment.of(labels);
        this.rows = labels.length;
        this.positive = segments.stream().mapToLong(Segment::length).sum();
        this.taken = new int[rows];
        if (rows == 0) {
            return;
        }
        double[] ascending = scores.clone();
        Arrays.sort(ascending);
        if (Double.isNaN(ascending[rows - 1])) {
            throw new IllegalArgumentException("expected a number as the score of every row but some are NaN");
        }
        double[] thresholds = new double[THRESHOLDS];
        for (int k = 0; k < THRESHOLDS; k++) {
            thresholds[k] = ascending[rows - 1 - (int) ((long) k * (rows - 1) / (THRESHOLDS - 1))];
        }
        for (int i = 0; i < rows; i++) {
            taken[i] = firstAtOrBelow(thresholds, scores[i]);
            predicted[taken[i]]++;
        }
        for (int k = 1; k < THRESHOLDS; k++) {
            predicted[k] += predicted[k - 1];
        }
    }

    private static int firstAtOrBelow(double[] descending, double score) {
        int low = 0;
        int high = descending.length - 1; // the last threshold is the lowest score
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (descending[middle] <= score) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Mean of {@link #aucPr} over the buffers 0, 1, …, {@code longest}; NaN without an anomalous row. */
    public double vusPr(int longest) {
        double sum = 0;
        for (int buffer = 0; buffer <= longest; buffer++) {
            sum += aucPr(buffer);
        }
        return sum / (longest + 1);
    }

    /**
     * Range AUC-PR for one buffer: the sum over thresholds of (R - R before) · precision, R being recall · existence; NaN without an anomalous row.
     *
     * @param buffer l, rows, at least 0
     */
    public double aucPr(int buffer) {
        if (buffer < 0) {
            throw new IllegalArgumentException("expected a buffer of at least 0 rows but was " + buffer);
        }
        if (positive == 0) {
            return Double.NaN;
        }
        double[] inside = new double[THRESHOLDS]; // labelled rows that each threshold is the first to take
        double[] border = new double[THRESHOLDS]; // and the weight of unlabelled ones
        addWeights(buffer, inside, border);
        int[] foundAt = new int[THRESHOLDS];
        List<Segment> buffered = buffered(buffer / 2);
        for (Segment segment : buffered) {
            int first = THRESHOLDS;
            for (int i = segment.first(); i < segment.end(); i++) {
                first = Math.min(first, taken[i]);
            }
            foundAt[first]++;
        }
        double area = 0;
        double before = 0;
        double labelled = 0;
        double soft = 0;
        int found = 0;
        for (int k = 0; k < THRESHOLDS; k++) {
            labelled += inside[k];
            soft += border[k];
            found += foundAt[k];
            double hits = labelled + soft;
            double recall = Math.min(1, hits / (positive + soft / 2)) * found / buffered.size();
            area += (recall - before) * hits / predicted[k];
            before = recall;
        }
        return area;
    }

    private void addWeights(int buffer, double[] inside, double[] border) {
        int half = buffer / 2;
        double[] weights = new double[half + 1];
        for (int d = 1; d <= half; d++) {
            weights[d] = Math.sqrt(1 - (double) d / buffer);
        }
        for (int s = 0; s < segments.size(); s++) {
            Segment segment = segments.get(s);
            for (int i = segment.first(); i < segment.end(); i++) {
                inside[taken[i]]++;
            }
            // The gap to the next segment, weighed from both of its ends; before the first segment and behind the last from one.
            if (s == 0) {
                for (int i = Math.max(0, segment.first() - half); i < segment.first(); i++) {
                    border[taken[i]] += weights[segment.first() - i];
                }
            }
            int gapEnd = s + 1 < segments.size() ? segments.get(s + 1).first() : rows;
            boolean next = s + 1 < segments.size();
            for (int i = segment.end(); i < gapEnd; i++) {
                int left = i - segment.end() + 1;
                int right = next ? gapEnd - i : Integer.MAX_VALUE;
                double weight = Math.min(1, (left <= half ? weights[left] : 0) + (right <= half ? weights[right] : 0));
                if (weight > 0) {
                    border[taken[i]] += weight;
                } else if (right > half) {
                    // nothing weighs until the next segment is near
                    i = next ? Math.max(i, gapEnd - half - 1) : gapEnd;
                }
            }
        }
    }

    private List<Segment> buffered(int half) {
        List<Segment> merged = new ArrayList<>();
        for (Segment segment : segments) {
            Segment wide = new Segment(Math.max(0, segment.first() - half), Math.min(rows, segment.end() + half));
            Segment last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && last.end() > wide.first()) {
                merged.set(merged.size() - 1, new Segment(last.first(), wide.end()));
            } else {
                merged.add(wide);
            }
        }
        return merged;
    }
}
