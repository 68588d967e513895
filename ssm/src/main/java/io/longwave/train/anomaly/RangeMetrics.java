package io.longwave.train.anomaly;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Precision and recall with a soft border around each segment: Paparrizos et al. 2022, PVLDB 15(11):2774, in the form of TSB-AD (Liu and Paparrizos 2024).
 *
 * <p>For a buffer of l rows a labelled row weighs 1; an unlabelled row at distance d ≤ ⌊l/2⌋ from a segment weighs √(1 - d/l), weights of several neighbours added
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
        for (Segment segment : segments) {
            for (int i = segment.first(); i < segment.end(); i++) {
                inside[taken[i]]++;
            }
        }
        int half = buffer / 2;
        for (int gap = 0; gap <= segments.size(); gap++) {
            int from = gap == 0 ? 0 : segments.get(gap - 1).end();
            int to = gap == segments.size() ? rows : segments.get(gap).first();
            int leftEnd = gap == 0 ? from : Math.min(to, from + half);
            int rightStart = gap == segments.size() ? to : Math.max(leftEnd, to - half);
            for (int i = from; i < leftEnd; i++) {
                border[taken[i]] += weight(i, gap, buffer);
            }
            for (int i = rightStart; i < to; i++) {
                border[taken[i]] += weight(i, gap, buffer);
            }
        }
    }

    /**
     * Weight of a row in the gap before segment {@code gap}. One segment alone weighs at least √½, so any two cut the sum at 1 and more than two need not be
     * looked at on either side.
     */
    private double weight(int row, int gap, int buffer) {
        double sum = 0;
        for (int s = Math.max(0, gap - 2); s < Math.min(segments.size(), gap + 2); s++) {
            int distance = s < gap ? row - segments.get(s).end() + 1 : segments.get(s).first() - row;
            sum += distance <= buffer / 2 ? Math.sqrt(1 - (double) distance / buffer) : 0;
        }
        return Math.min(1, sum);
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
