package io.longwave.kernel;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Random cases, each from its own seed; the seed is in the failure. */
public final class Gen {
    private static final long BASE = Long.getLong("longwave.test.seed", 20_260_101L);
    private final SplittableRandom random;

    private Gen(long seed) {
        this.random = new SplittableRandom(seed);
    }

    public static void forAll(int cases, Consumer<Gen> property) {
        for (long seed = BASE; seed < BASE + cases; seed++) {
            try {
                property.accept(new Gen(seed));
            } catch (Throwable failure) {
                throw new AssertionError("falsified; repeat with -Dlongwave.test.seed=" + seed, failure);
            }
        }
    }

    public int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    public boolean coin() {
        return random.nextBoolean();
    }

    /** Numbers a float holds exactly, so that both precisions see the same input. */
    public double[] numbers(int size) {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
