package io.longwave.train;

import java.util.SplittableRandom;

/** Random orders of examples. */
public final class Shuffle {

    private Shuffle() {}

    /** Fills an array with 0, 1, 2, ... in random order, by Fisher and Yates. */
    public static void fill(int[] order, SplittableRandom random) {
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
    }
}
