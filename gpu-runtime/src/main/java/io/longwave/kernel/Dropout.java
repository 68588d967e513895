package io.longwave.kernel;

/**
 * Which elements a dropout leaves out, as a pure function of a key and the element's index, so that the backward pass draws the same mask
 * again and a resumed run continues it. The generator is a counter hashed by two multiply-xorshift rounds (Wellons' lowbias32 finalizer).
 *
 * @param rate probability that an element is dropped, in [0, 1); kept ones are scaled by 1 / (1 − rate)
 * @param key seed of this use; another key gives an independent mask
 * @param span so many neighbouring elements of a row share one draw: 1 is plain dropout, the sequence length ties it over time
 */
public record Dropout(double rate, int key, int span) {
    /** No element is dropped. */
    public static final Dropout NONE = new Dropout(0, 0, 1);

    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("dropout rate: expected a number in [0, 1) but was " + rate);
        }
        if (span < 1) {
            throw new IllegalArgumentException("dropout span: expected at least 1 but was " + span);
        }
    }

    /** Elements whose hash, read as 32 unsigned bits shifted right by one, is below this are dropped. */
    public int threshold() {
        return (int) (rate * 0x1p31);
    }

    public boolean keeps(int element) {
        return rate == 0 || (hash(element / span, key) >>> 1) >= threshold();
    }

    public double scale() {
        return 1 / (1 - rate);
    }

    /** The counter hash. */
    public static int hash(int counter, int key) {
        int x = counter ^ key;
        x ^= x >>> 16;
        x *= 0x7feb352d;
        x ^= x >>> 15;
        x *= 0x846ca68b;
        x ^= x >>> 16;
        return x;
    }
}
