package io.longwave.ingest.point;

/** Whole numbers of 64 bits without sign, as counts come in Protobuf. */
public final class Unsigned {
    private Unsigned() {}

    /** The nearest double. */
    public static double toDouble(long unsigned) {
        if (unsigned >= 0) {
            return unsigned;
        }
        // Half of it, its lowest bit kept so that the rounding is that of the whole.
        return ((unsigned >>> 1) | (unsigned & 1)) * 2.0;
    }
}
