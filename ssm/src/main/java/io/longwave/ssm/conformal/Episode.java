package io.longwave.ssm.conformal;

import java.nio.ByteBuffer;

/**
 * A run of unusual samples. What judges samples by their own past learns from the first of them, as of one rare sample, and not from the others: an anomaly that lasts would make the next
 * one usual.
 */
public final class Episode {
    /** Bytes {@link #write} puts. */
    public static final int BYTES = 2 * Integer.BYTES;

    /** Score that begins an episode, that continues it, and samples in a row below that end it. */
    private static final double BEGINS = 0.9999;
    private static final double GOES_ON = 0.99;
    private static final int CALM = 10;
    /** Samples of an episode after which what was unusual is how things are now. */
    private static final int LONGEST = 512;

    /** Samples since it began, 0 outside of one, and calm ones at its end. */
    private int length;
    private int calm;

    /**
     * Goes on by a sample.
     *
     * @param score anomaly score of the sample
     * @param mayBegin whether scores say anything yet
     * @return whether the sample is to be learned from
     */
    public boolean teaches(double score, boolean mayBegin) {
        boolean inside = length > 0;
        if (inside) {
            calm = score < GOES_ON ? calm + 1 : 0;
            length = calm == CALM ? 0 : length + 1;
        } else if (score >= BEGINS && mayBegin) {
            length = 1;
            calm = 0;
        }
        return !inside || length == 0 || length > LONGEST;
    }

    public Episode copy() {
        Episode copy = new Episode();
        copy.length = length;
        copy.calm = calm;
        return copy;
    }

    public void write(ByteBuffer out) {
        out.putInt(length).putInt(calm);
    }

    public void read(ByteBuffer in) {
        length = in.getInt();
        calm = in.getInt();
    }
}
