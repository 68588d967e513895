package io.longwave.kernel.cuda;

/**
 * How a row is cut for transforms of n numbers: piece p of {@code piece} results has a window that begins {@code lead} numbers before it.
 *
 * @param n power of two, at least {@value #SMALLEST}
 */
record RowPlan(int n, int lead, int piece, int pieces) {
    /** Transforms of one radix-16 stage and one more. */
    static final int SMALLEST = 32;
    /** Twiddle factors of longer ones are not exact fractions in float32. */
    static final int LARGEST = 1 << 24;
    /** What a transform costs that does not stay on the chip, in those that do: it goes through memory five times and not once. */
    private static final double OFF_CHIP = 2.5;

    /** One window for a whole row with whatever follows from it. */
    static RowPlan whole(int length) {
        return new RowPlan(Math.max(FixedRows.SMALLEST, sizeFor(length)), 0, length, 1);
    }

    /**
     * The cheapest way to a causal convolution, counting n log n for each window.
     *
     * @param taps that reach anything
     * @param largest transform that stays on the chip
     */
    static RowPlan causal(int length, int taps, int largest) {
        RowPlan best = whole(length);
        double least = best.cost() * (best.n > largest ? OFF_CHIP : 1);
        int lead = Math.max(0, taps - 1);
        for (int n = FixedRows.SMALLEST; n <= largest && n < best.n; n *= 2) {
            if (n >= 2L * lead) {
                int piece = n - lead;
                RowPlan cut = new RowPlan(n, lead, piece, Launcher.ceilDiv(length, piece));
                if (cut.cost() < least) {
                    best = cut;
                    least = cut.cost();
                }
            }
        }
        return best;
    }

    private double cost() {
        return (double) pieces * n * Integer.numberOfTrailingZeros(n);
    }

    static int sizeFor(int numbers) {
        if (numbers > LARGEST) {
            throw new IllegalArgumentException("rows: a transform takes at most " + LARGEST + " numbers but was asked for " + numbers);
        }
        return Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, numbers - 1)) * 2);
    }
}
