package io.longwave.train.classify;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The few lengths that sequences are padded to. A model records its steps once for every length it meets and keeps what it recorded last, so there are
 * at most {@value #MOST}; of all such choices it is the one that pads the training sequences least.
 */
public final class PaddedLengths {

    /** Lengths at most. */
    static final int MOST = 4;
    private static final int CANDIDATES = 256; // distinct lengths looked at; the choice among more would hardly be better

    private final int[] lengths; // ascending

    private PaddedLengths(int[] lengths) {
        this.lengths = lengths;
    }

    /** For every sequence of a data set; those of training say which lengths are usual. */
    public static PaddedLengths of(ClassificationData data) {
        return of(data.train().stream().mapToInt(LabelledSequence::length).toArray(), data.longest());
    }

    /** For sequences of which nothing is known: {@code longest}, half of it, a quarter and an eighth, rounded up. */
    public static PaddedLengths halving(int longest) {
        return new PaddedLengths(IntStream.iterate(MOST - 1, halvings -> halvings >= 0, halvings -> halvings - 1)
                .map(halvings -> (longest - 1 >> halvings) + 1).distinct().toArray());
    }

    /** For sequences of these lengths, and others up to {@code longest}. */
    static PaddedLengths of(int[] usual, int longest) {
        int[] ends = candidates(usual, longest);
        int[] counts = new int[ends.length];
        for (int length : usual) {
            int place = Arrays.binarySearch(ends, length);
            counts[place >= 0 ? place : -place - 1]++;
        }
        return new PaddedLengths(cheapest(ends, counts));
    }

    private static int[] candidates(int[] usual, int longest) {
        int[] distinct = IntStream.concat(Arrays.stream(usual), IntStream.of(longest)).filter(length -> length <= longest).sorted()
                .distinct().toArray();
        if (distinct.length <= CANDIDATES) {
            return distinct;
        }
        return IntStream.rangeClosed(1, CANDIDATES).map(i -> distinct[(int) ((long) i * distinct.length / CANDIDATES) - 1]).toArray();
    }

    /** Dynamic programming: least[k][i] is the padded length of all sequences up to candidate i with k lengths, the last of which is i. */
    private static int[] cheapest(int[] ends, int[] counts) {
        int n = ends.length;
        int most = Math.min(MOST, n);
        double[][] least = new double[most + 1][n];
        int[][] before = new int[most + 1][n];
        for (double[] row : least) {
            Arrays.fill(row, Double.POSITIVE_INFINITY);
        }
        for (int i = 0; i < n; i++) {
            long sum = 0;
            for (int j = 0; j <= i; j++) {
                sum += counts[j];
            }
            least[1][i] = (double) sum * ends[i];
            before[1][i] = -1;
        }
        for (int k = 2; k <= most; k++) {
            for (int i = 0; i < n; i++) {
                long sum = 0;
                for (int j = i - 1; j >= 0; j--) {
                    sum += counts[j + 1];
                    double cost = least[k - 1][j] + (double) sum * ends[i];
                    if (cost < least[k][i]) {
                        least[k][i] = cost;
                        before[k][i] = j;
                    }
                }
            }
        }
        int used = IntStream.rangeClosed(1, most).boxed().min((a, b) -> Double.compare(least[a][n - 1], least[b][n - 1])).orElseThrow();
        int[] chosen = new int[used];
        int at = n - 1;
        for (int k = used; k >= 1; k--) {
            chosen[k - 1] = ends[at];
            at = before[k][at];
        }
        return chosen;
    }

    /** Number of lengths. */
    public int count() {
        return lengths.length;
    }

    /** Length number {@code bucket}, ascending. */
    public int length(int bucket) {
        return lengths[bucket];
    }

    /**
     * Number of the smallest length that holds so many steps.
     *
     * @throws IllegalArgumentException if none does
     */
    public int bucket(int steps) {
        for (int bucket = 0; bucket < lengths.length; bucket++) {
            if (steps <= lengths[bucket]) {
                return bucket;
            }
        }
        throw new IllegalArgumentException("expected at most " + lengths[lengths.length - 1] + " steps but was " + steps);
    }
}
