package io.longwave.ssm.conformal;

import java.nio.ByteBuffer;

/** Share of recent samples that fell inside the band of each of a few levels, measured after the fact. 28 bytes of state. */
public final class CoverageTracker {
    /** Bytes {@link #write} puts. */
    public static final int BYTES = 4 + 4 * QuantileLadder.LEVELS.length;
    private static final int MEMORY = 2000;
    private static final int FIRST = 20;

    private final float[] covered = new float[QuantileLadder.LEVELS.length];
    private int count;

    /** Records a residual against the quantiles that were valid before it was seen. */
    public void observe(double residual, QuantileLadder before) {
        double gain = 1.0 / (Math.min(count, MEMORY) + 1);
        for (int i = 0; i < covered.length; i++) {
            double inside = residual <= before.tracked(i) ? 1 : 0;
            covered[i] = (float) (covered[i] + gain * (inside - covered[i]));
        }
        if (count < Integer.MAX_VALUE) {
            count++;
        }
    }

    /** Achieved coverage of a level, linear between the measured ones; NaN until {@value #FIRST} samples were measured. */
    public double achieved(double level) {
        if (count < FIRST) {
            return Double.NaN;
        }
        double below = 0;
        double belowLevel = 0;
        for (int i = 0; i < covered.length; i++) {
            double at = QuantileLadder.LEVELS[i];
            if (level <= at) {
                return below + (level - belowLevel) / (at - belowLevel) * (covered[i] - below);
            }
            below = covered[i];
            belowLevel = at;
        }
        return below + (level - belowLevel) / (1 - belowLevel) * (1 - below);
    }

    public CoverageTracker copy() {
        CoverageTracker copy = new CoverageTracker();
        System.arraycopy(covered, 0, copy.covered, 0, covered.length);
        copy.count = count;
        return copy;
    }

    public void write(ByteBuffer out) {
        out.putInt(count);
        for (float share : covered) {
            out.putFloat(share);
        }
    }

    public void read(ByteBuffer in) {
        count = in.getInt();
        for (int i = 0; i < covered.length; i++) {
            covered[i] = in.getFloat();
        }
    }
}
