package io.longwave.train.classify;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Orders training rows for an epoch so that rare classes come more often. An epoch has as many rows as training; a class with weight w per row appears
 * w times as often as it would otherwise, the fraction decided by a draw. Each row of a class comes once before one comes twice. The same seed
 * and epoch give the same order, so a resumed training goes on as it would have.
 */
public final class BalancedSampler {

    private final int[][] members;
    private final double[] share;
    private final int rows;
    private final long seed;

    /**
     * @param weights [C] per row, see {@link ClassWeights}; all 1 gives a plain shuffle
     */
    public BalancedSampler(List<LabelledSequence> train, double[] weights, long seed) {
        int[] counts = ClassWeights.counts(train, weights.length);
        this.members = new int[weights.length][];
        this.share = new double[weights.length];
        this.rows = train.size();
        this.seed = seed;
        for (int c = 0; c < weights.length; c++) {
            members[c] = new int[counts[c]];
            share[c] = weights[c] * counts[c];
        }
        int[] at = new int[weights.length];
        for (int i = 0; i < train.size(); i++) {
            int c = train.get(i).label();
            members[c][at[c]++] = i;
        }
    }

    /** Indices into the training rows, as many as there are. */
    public int[] epoch(int epoch) {
        return epoch(new SplittableRandom(seed * 0x9E37_79B9_7F4A_7C15L + epoch));
    }

    /** The same, drawn from a generator that the caller makes for the epoch. */
    int[] epoch(SplittableRandom random) {
        int[] take = quotas(random);
        int[] order = new int[rows];
        int n = 0;
        for (int c = 0; c < members.length; c++) {
            int[] shuffled = members[c].clone();
            for (int i = 0; i < take[c]; i++) {
                int at = i % shuffled.length;
                if (at == 0) {
                    shuffle(shuffled, random);
                }
                order[n++] = shuffled[at];
            }
        }
        shuffle(order, random);
        return order;
    }

    /** Whole numbers near each class's share that add up to the rows: one draw places a comb over the shares laid end to end. */
    private int[] quotas(SplittableRandom random) {
        double total = 0;
        for (double part : share) {
            total += part;
        }
        int[] take = new int[share.length];
        double offset = random.nextDouble();
        double end = 0;
        int before = 0;
        int last = -1;
        for (int c = 0; c < share.length; c++) {
            end += share[c];
            if (share[c] <= 0) {
                continue;
            }
            int upTo = Math.min(rows, (int) Math.floor(end / total * rows + offset));
            take[c] = upTo - before;
            before = upTo;
            last = c;
        }
        take[last] += rows - before; // what rounding of the last end may leave
        return take;
    }

    private static void shuffle(int[] order, SplittableRandom random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
    }
}
