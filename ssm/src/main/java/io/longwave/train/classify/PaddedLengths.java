package io.longwave.train.classify;

import java.util.ArrayList;
import java.util.List;

/**
 * The few lengths that sequences are padded to: the longest one, and from it down in steps of the square root of two as far as the shortest needs. A
 * model records its steps once for every length it meets, so there are few; and padding adds two fifths of the work at most.
 */
public final class PaddedLengths {

    private static final double STEP = Math.sqrt(2);

    private final int[] lengths; // ascending

    private PaddedLengths(int[] lengths) {
        this.lengths = lengths;
    }

    /** For every sequence of a data set. */
    public static PaddedLengths of(ClassificationData data) {
        int shortest = Integer.MAX_VALUE;
        for (List<LabelledSequence> part : List.of(data.train(), data.validation(), data.test())) {
            for (LabelledSequence sequence : part) {
                shortest = Math.min(shortest, sequence.length());
            }
        }
        return between(Math.min(shortest, data.longest()), data.longest());
    }

    /** For sequences of {@code shortest} to {@code longest} steps. */
    public static PaddedLengths between(int shortest, int longest) {
        List<Integer> found = new ArrayList<>();
        double length = longest;
        do {
            found.addFirst((int) Math.ceil(length));
            length /= STEP;
        } while (Math.ceil(length) >= shortest && Math.ceil(length) < found.getFirst());
        return new PaddedLengths(found.stream().mapToInt(Integer::intValue).toArray());
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
