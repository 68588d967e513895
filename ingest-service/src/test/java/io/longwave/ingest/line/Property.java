package io.longwave.ingest.line;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Runs a property on many random cases, each from a seed of its own that the failure names. */
final class Property {
    private static final long BASE = Long.getLong("longwave.test.seed", 20_260_101L);

    private Property() {}

    static void forAll(int cases, Consumer<SplittableRandom> property) {
        for (long seed = BASE; seed < BASE + cases; seed++) {
            try {
                property.accept(new SplittableRandom(seed));
            } catch (Throwable failure) {
                throw new AssertionError("falsified; repeat with -Dlongwave.test.seed=" + seed, failure);
            }
        }
    }
}
