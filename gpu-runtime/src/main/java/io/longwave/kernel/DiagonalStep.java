package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * One step of H channels of n complex modes each for S series at once: x ← a x + b u, y = 2 Re Σ c x + d u. The recurrence of every
 * time-invariant layer with a diagonal state matrix (S4D, arXiv:2206.11893, eq. 3 and 4, after discretization; S4 and S4-PTD in a basis where
 * they are diagonal). All series share the coefficients.
 *
 * <p>Float32 in every set of kernels, and with the same bits in every one (numbers of a wider tensor are rounded as they are read): per series the order of the multiply-adds is fixed (modes
 * upward), whatever the lane width, the number of series stepped together or the state of the JIT. A state without input comes to rest at
 * about {@link FloatDecay#REST} and not among the subnormal numbers. Allocates nothing and starts no threads: a stream's partitions are what
 * runs in parallel.
 */
public interface DiagonalStep {

    /**
     * Moves every state on and reads it out.
     *
     * @param modes the coefficients
     * @param state x, [H, n, 2, S]: per mode a row of real and a row of imaginary parts, series fastest; in and out
     * @param u [H, S]
     * @param y [H, S], out; may be {@code u}
     * @param series S, at least 0
     * @throws IllegalArgumentException if a tensor is smaller than S asks for; nothing is written then
     */
    void step(Modes modes, Tensor state, Tensor u, Tensor y, int series);

    /**
     * What all series share, owned by the record: do not write to the arrays afterwards.
     *
     * @param channels H
     * @param modes n, complex modes per channel, each standing for itself and its conjugate; a real mode has half its c
     * @param aRe,aIm,bRe,bIm,cRe,cIm [H, n], dimensionless, of the discretized system
     * @param skip d, [H]
     */
    record Modes(int channels, int modes, float[] aRe, float[] aIm, float[] bRe, float[] bIm, float[] cRe, float[] cIm, float[] skip) {

        public Modes {
            if (channels < 1 || modes < 1) {
                throw new IllegalArgumentException("expected at least one channel and one mode but was " + channels + " and " + modes);
            }
            int size = Math.multiplyExact(channels, modes);
            requireLength("aRe", aRe, size);
            requireLength("aIm", aIm, size);
            requireLength("bRe", bRe, size);
            requireLength("bIm", bIm, size);
            requireLength("cRe", cRe, size);
            requireLength("cIm", cIm, size);
            requireLength("skip", skip, channels);
        }

        /** Numbers of state per series, 2 H n. */
        public int stateSize() {
            return 2 * channels * modes;
        }

        private static void requireLength(String name, float[] values, int expected) {
            if (values.length != expected) {
                throw new IllegalArgumentException(name + ": expected " + expected + " numbers but was " + values.length);
            }
        }
    }

    /** Checks the tensors of a step. */
    static void check(Modes modes, Tensor state, Tensor u, Tensor y, int series) {
        if (series < 0) {
            throw new IllegalArgumentException("series: expected at least 0 but was " + series);
        }
        requireRoom("state", state, (long) modes.stateSize() * series);
        requireRoom("u", u, (long) modes.channels() * series);
        requireRoom("y", y, (long) modes.channels() * series);
    }

    /** Checks that a tensor holds at least {@code needed} numbers, in whatever shape. */
    static void requireRoom(String name, Tensor values, long needed) {
        if (values.size() < needed) {
            throw new IllegalArgumentException(name + ": expected at least " + needed + " numbers but was " + values.size());
        }
    }
}
