package io.longwave.train.classify;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The baseline that gives a sequence the class of the training row nearest to it; of equally near rows the first. It has nothing to choose, so training and
 * validation rows may both serve as training.
 *
 * <p><b>Euclidean</b>: sum over steps and channels of squared differences. Sequences that differ in length are first stretched to the longest
 * training row by straight lines between their samples.
 *
 * <p><b>Dynamic time warping</b>: the cheapest way to pair steps that moves forward in both, each pair costing the squared difference summed over channels (all channels warp together);
 * Sakoe and Chiba 1978, IEEE Trans. ASSP 26(1):43. Lengths may differ. A band limits how far paired steps may lie apart.
 *
 * <p>A row is left as soon as its cost passes the best so far, which changes no answer: costs only grow.
 */
public final class NearestNeighbour {

    /** Values between two looks at whether a row is already too far. */
    private static final int BLOCK = 16;

    private final List<LabelledSequence> train;
    /** Half-width of the band as share of the longer length; below 0 for Euclidean. */
    private final double band;
    private final int length;
    private final float[][] rows;

    private NearestNeighbour(List<LabelledSequence> train, double band) {
        if (train.isEmpty()) {
            throw new IllegalArgumentException("expected training rows but there are none");
        }
        this.train = List.copyOf(train);
        this.band = band;
        this.length = train.stream().mapToInt(LabelledSequence::length).max().orElseThrow();
        this.rows = train.stream().map(row -> band < 0 ? stretched(row, length) : row.values()).toArray(float[][]::new);
    }

    public static NearestNeighbour euclidean(List<LabelledSequence> train) {
        return new NearestNeighbour(train, -1);
    }

    /** Warping without a limit. */
    public static NearestNeighbour dynamicTimeWarping(List<LabelledSequence> train) {
        return new NearestNeighbour(train, 1);
    }

    /**
     * Warping in a band.
     *
     * @param band greatest distance of paired steps as a share of the longer of the two lengths, 0 to 1; it is widened by the difference of the lengths
     */
    public static NearestNeighbour dynamicTimeWarping(List<LabelledSequence> train, double band) {
        if (!(band >= 0 && band <= 1)) {
            throw new IllegalArgumentException("band: expected 0 to 1 but was " + band);
        }
        return new NearestNeighbour(train, band);
    }

    /** The labels given to sequences, on all cores; the answer does not depend on their number. */
    public int[] classify(List<LabelledSequence> sequences) {
        return IntStream.range(0, sequences.size()).parallel().map(i -> label(sequences.get(i))).toArray();
    }

    /** The most pairs of values that {@link #classify} may have to compare, so that a caller can leave out what would take hours. */
    public double comparisons(List<LabelledSequence> sequences) {
        double steps = 0;
        for (LabelledSequence query : sequences) {
            for (LabelledSequence row : train) {
                double longer = Math.max(query.length(), row.length());
                steps += band < 0 ? length : Math.min((double) query.length() * row.length(), longer * (2 * band * longer + 1));
            }
        }
        return steps * train.getFirst().channels();
    }

    private int label(LabelledSequence query) {
        if (query.channels() != train.getFirst().channels()) {
            throw new IllegalArgumentException(
                    "expected " + train.getFirst().channels() + " channels as in training but was " + query.channels());
        }
        return band < 0 ? nearestEuclidean(stretched(query, length)) : nearestWarped(query);
    }

    private int nearestEuclidean(float[] query) {
        double best = Double.POSITIVE_INFINITY;
        int label = 0;
        for (int r = 0; r < rows.length; r++) {
            double sum = squared(rows[r], query, best);
            if (sum < best) {
                best = sum;
                label = train.get(r).label();
            }
        }
        return label;
    }

    /** Sum of squared differences, or any number that is not below the limit where the sum is not. Four sums run side by side: one would wait for each addition. */
    private static double squared(float[] a, float[] b, double limit) {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int i = 0;
        int blocks = a.length / BLOCK * BLOCK;
        while (i < blocks) {
            for (int end = i + BLOCK; i < end; i += 4) {
                double p = (double) a[i] - b[i];
                double q = (double) a[i + 1] - b[i + 1];
                double r = (double) a[i + 2] - b[i + 2];
                double s = (double) a[i + 3] - b[i + 3];
                first += p * p;
                second += q * q;
                third += r * r;
                fourth += s * s;
            }
            if (first + second + third + fourth >= limit) {
                return limit;
            }
        }
        for (; i < a.length; i++) {
            double p = (double) a[i] - b[i];
            first += p * p;
        }
        return first + second + third + fourth;
    }

    /** Rows in the order of a lower bound, so that a near one comes early and ends most others after a few steps. */
    private int nearestWarped(LabelledSequence query) {
        double[] bounds = new double[rows.length];
        Integer[] order = new Integer[rows.length];
        for (int r = 0; r < rows.length; r++) {
            bounds[r] = endsBound(query, train.get(r));
            order[r] = r;
        }
        Arrays.sort(order, (a, b) -> bounds[a] != bounds[b] ? Double.compare(bounds[a], bounds[b]) : Integer.compare(a, b));
        double best = Double.POSITIVE_INFINITY;
        int nearest = order[0];
        double[] scratch = new double[2 * (length + 1)];
        for (int r : order) {
            if (bounds[r] > best) {
                break;
            }
            double cost = DynamicTimeWarping.cost(query, train.get(r), band, best, scratch);
            if (cost < best || cost == best && r < nearest) {
                best = cost;
                nearest = r;
            }
        }
        return train.get(nearest).label();
    }

    /** Every path pairs the first steps and the last steps. */
    private static double endsBound(LabelledSequence a, LabelledSequence b) {
        double bound = DynamicTimeWarping.squared(a, 0, b, 0);
        return a.length() == 1 && b.length() == 1 ? bound : bound + DynamicTimeWarping.squared(a, a.length() - 1, b, b.length() - 1);
    }

    private static float[] stretched(LabelledSequence row, int length) {
        if (row.length() == length) {
            return row.values();
        }
        int channels = row.channels();
        float[] out = new float[length * channels];
        for (int l = 0; l < length; l++) {
            double at = length == 1 ? 0 : (double) l * (row.length() - 1) / (length - 1);
            int below = (int) at;
            int above = Math.min(below + 1, row.length() - 1);
            double part = at - below;
            for (int v = 0; v < channels; v++) {
                out[l * channels
                        + v] = (float) ((1 - part) * row.values()[below * channels + v] + part * row.values()[above * channels + v]);
            }
        }
        return out;
    }
}
