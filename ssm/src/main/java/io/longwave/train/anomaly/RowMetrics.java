package io.longwave.train.anomaly;

import java.util.Arrays;
import java.util.List;

/**
 * Scores judged row by row over every threshold. Rows with equal scores are flagged together. A score that is NaN is refused; without an anomalous row
 * every metric here is NaN.
 */
public final class RowMetrics {

    private final boolean[] labels;
    private final double[] scores;
    /** Rows from the highest score to the lowest. */
    private final int[] order;
    private final List<Segment> segments;
    private final int positive;

    /**
     * @param labels [N]
     * @param scores [N], higher is more unusual
     */
    public RowMetrics(boolean[] labels, double[] scores) {
        if (labels.length != scores.length) {
            throw new IllegalArgumentException("expected a score for each of " + labels.length + " rows but was " + scores.length);
        }
        for (int i = 0; i < scores.length; i++) {
            if (Double.isNaN(scores[i])) {
                throw new IllegalArgumentException("expected a number as the score of row " + i + " but was NaN");
            }
        }
        this.labels = labels;
        this.scores = scores;
        this.order = descending(scores);
        this.segments = Segment.of(labels);
        this.positive = segments.stream().mapToInt(Segment::length).sum();
    }

    /**
     * An F1 and the threshold that gives it.
     *
     * @param f1 2 TP / (flagged + anomalous)
     * @param threshold rows at or above it are flagged
     */
    public record BestF1(double f1, double threshold) {}

    /** Share of anomalous rows: what a random score gets as {@link #aucPr}. */
    public double chance() {
        return (double) positive / labels.length;
    }

    /** Sum over descending thresholds of (recall - recall before) · precision, no interpolation. */
    public double aucPr() {
        if (positive == 0) {
            return Double.NaN;
        }
        double area = 0;
        int hits = 0;
        int hitsBefore = 0;
        for (int k = 0; k < order.length; k++) {
            hits += labels[order[k]] ? 1 : 0;
            if (lastOfEqual(k)) {
                area += (double) (hits - hitsBefore) / positive * hits / (k + 1);
                hitsBefore = hits;
            }
        }
        return area;
    }

    /** Highest F1 of all thresholds. The labels choose it, so it is an upper bound and no result. */
    public BestF1 bestF1() {
        return bestAdjusted(-1);
    }

    /** F1 at a threshold fixed without the labels. */
    public double f1At(double threshold) {
        if (positive == 0) {
            return Double.NaN;
        }
        int hits = 0;
        int flagged = 0;
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] >= threshold) {
                flagged++;
                hits += labels[i] ? 1 : 0;
            }
        }
        return 2.0 * hits / (flagged + positive);
    }

    /** Best F1 when one flagged row makes its whole segment count as flagged: only to compare with papers, a random score gets 0.8 to 0.98. */
    public BestF1 pointAdjusted() {
        return bestAdjusted(0);
    }

    /**
     * Best F1 when a segment counts as flagged, whole, once more than this share of it is.
     *
     * @param percent 0 to 99
     */
    public BestF1 adjusted(int percent) {
        if (percent < 0 || percent > 99) {
            throw new IllegalArgumentException("expected a share of 0 to 99 percent but was " + percent);
        }
        return bestAdjusted(percent);
    }

    /** One sweep from the highest score down; {@code percent} below 0 adjusts nothing. */
    private BestF1 bestAdjusted(int percent) {
        if (positive == 0) {
            return new BestF1(Double.NaN, Double.NaN);
        }
        int[] segmentOf = new int[labels.length];
        int[] flaggedIn = new int[segments.size()];
        boolean[] found = new boolean[segments.size()];
        for (int s = 0; s < segments.size(); s++) {
            Arrays.fill(segmentOf, segments.get(s).first(), segments.get(s).end(), s);
        }
        BestF1 best = new BestF1(0, Double.POSITIVE_INFINITY);
        long hits = 0;
        long alarms = 0;
        for (int k = 0; k < order.length; k++) {
            int row = order[k];
            if (!labels[row]) {
                alarms++;
            } else {
                int s = segmentOf[row];
                flaggedIn[s]++;
                if (!found[s]) {
                    hits++;
                    // More than percent of the rows, in whole numbers so that 1 of 5 is not more than 20 percent.
                    int length = segments.get(s).length();
                    if (percent >= 0 && 100L * flaggedIn[s] > (long) percent * length) {
                        found[s] = true;
                        hits += length - flaggedIn[s];
                    }
                }
            }
            if (lastOfEqual(k)) {
                double f1 = 2.0 * hits / (hits + alarms + positive);
                if (f1 > best.f1) {
                    best = new BestF1(f1, scores[row]);
                }
            }
        }
        return best;
    }

    private boolean lastOfEqual(int k) {
        return k + 1 == order.length || scores[order[k + 1]] != scores[order[k]];
    }

    /** Rows from the highest score to the lowest, equal ones by row. */
    static int[] descending(double[] scores) {
        Integer[] boxed = new Integer[scores.length];
        Arrays.setAll(boxed, i -> i);
        Arrays.sort(boxed, (a, b) -> Double.compare(scores[b], scores[a]));
        return Arrays.stream(boxed).mapToInt(Integer::intValue).toArray();
    }
}
