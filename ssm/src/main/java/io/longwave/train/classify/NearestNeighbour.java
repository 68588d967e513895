package io.longwave.train.classify;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The class of the nearest training sequence: what a classifier of time series is judged beside. Work is bounded: where it would take too long, only
 * every k-th training sequence is compared with, and none where k would be so large that little is left.
 */
public final class NearestNeighbour {

    /** Steps of the innermost loop that are spent at most, a few tens of seconds. */
    private static final double BUDGET = 2e10;
    private static final int LARGEST_STRIDE = 20;

    private NearestNeighbour() {}

    /** How far apart two sequences are. */
    public enum Distance {
        /** Sum of squared differences, step by step; the shorter one goes on with zeros. */
        EUCLIDEAN("1-NN Euclidean") {
            @Override
            double cost(double length, int channels) {
                return length * channels;
            }

            @Override
            double between(LabelledSequence a, LabelledSequence b, double best) {
                float[] longer = a.values().length >= b.values().length ? a.values() : b.values();
                float[] shorter = longer == a.values() ? b.values() : a.values();
                double sum = 0;
                for (int i = 0; i < shorter.length; i++) {
                    double off = longer[i] - shorter[i];
                    sum += off * off;
                    if (sum >= best) {
                        return sum;
                    }
                }
                for (int i = shorter.length; i < longer.length; i++) {
                    sum += (double) longer[i] * longer[i];
                }
                return sum;
            }
        },
        /** Dynamic time warping without a window: the least sum of squared differences over all ways to stretch both. Sakoe and Chiba 1978. */
        WARPED("1-NN DTW") {
            @Override
            double cost(double length, int channels) {
                return length * length * channels;
            }

            @Override
            double between(LabelledSequence a, LabelledSequence b, double best) {
                int channels = a.channels();
                int columns = b.length();
                double[] before = new double[columns + 1];
                double[] now = new double[columns + 1];
                Arrays.fill(before, Double.POSITIVE_INFINITY);
                before[0] = 0;
                for (int i = 0; i < a.length(); i++) {
                    now[0] = Double.POSITIVE_INFINITY;
                    double least = Double.POSITIVE_INFINITY;
                    for (int j = 0; j < columns; j++) {
                        double cost = 0;
                        for (int v = 0; v < channels; v++) {
                            double off = a.values()[i * channels + v] - b.values()[j * channels + v];
                            cost += off * off;
                        }
                        now[j + 1] = cost + Math.min(before[j], Math.min(before[j + 1], now[j]));
                        least = Math.min(least, now[j + 1]);
                    }
                    if (least >= best) {
                        return least; // no way on from here is nearer than the nearest so far
                    }
                    double[] swap = before;
                    before = now;
                    now = swap;
                }
                return before[columns];
            }
        };

        private final String title;

        Distance(String title) {
            this.title = title;
        }

        /** Name in tables. */
        public String title() {
            return title;
        }

        abstract double cost(double length, int channels);

        abstract double between(LabelledSequence a, LabelledSequence b, double best);
    }

    /** Every how many training sequences one is compared with so that the work stays bounded; empty where too few would be left. */
    public static OptionalInt stride(Distance distance, List<LabelledSequence> train, List<LabelledSequence> test) {
        double length = train.stream().mapToInt(LabelledSequence::length).average().orElse(0);
        double work = distance.cost(length, train.getFirst().channels()) * train.size() * test.size();
        int stride = (int) Math.min(Integer.MAX_VALUE, Math.max(1, Math.ceil(work / BUDGET)));
        return stride <= LARGEST_STRIDE ? OptionalInt.of(stride) : OptionalInt.empty();
    }

    /** Label of the nearest of every {@code stride}-th training sequence, for each test sequence; of equally near ones the first. */
    public static int[] classify(Distance distance, List<LabelledSequence> train, List<LabelledSequence> test, int stride) {
        return IntStream.range(0, test.size()).parallel().map(t -> {
            double best = Double.POSITIVE_INFINITY;
            int label = train.getFirst().label();
            for (int i = 0; i < train.size(); i += stride) {
                double found = distance.between(train.get(i), test.get(t), best);
                if (found < best) {
                    best = found;
                    label = train.get(i).label();
                }
            }
            return label;
        }).toArray();
    }

    /** The commonest label of the training sequences. */
    public static int majority(ClassificationData data) {
        int[] counts = new int[data.classes().size()];
        data.train().forEach(sequence -> counts[sequence.label()]++);
        int best = 0;
        for (int c = 1; c < counts.length; c++) {
            if (counts[c] > counts[best]) {
                best = c;
            }
        }
        return best;
    }
}
