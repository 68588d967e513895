package io.longwave.ssm.sequence;

/**
 * A layer one sample at a time, over many series at once. Float32 with lane-wise add, mul and fma only and one fixed order, so that the
 * bits of a series depend neither on the JIT nor on which series are stepped with it. Layout is series-fastest. Immutable and safe to share.
 */
public interface SequenceRecurrence {

    /** H, channels in and out. */
    int channels();

    /** Numbers of state per series; zeros are the state before the first sample. */
    int stateSize();

    /**
     * One sample of each of S series.
     *
     * @param state [stateSize, S], in and out
     * @param u [H, S]
     * @param y [H, S], out; may be {@code u}
     * @param series S
     */
    void step(float[] state, float[] u, float[] y, int series);
}
