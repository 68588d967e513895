package io.longwave.ssm.longconv;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.sequence.ArrayCohort;
import io.longwave.ssm.sequence.SequenceRecurrence;

/**
 * A kernel of K taps in transposed direct form: s[m] ← s[m + 1] + κ[m] u with s[K] = 0, then y = s[0]. The state holds what the inputs so far add
 * to the coming outputs, so a step is one multiply-add per tap and there is no ring index that series stepped together would have to share.
 */
final class FiniteRecurrence implements SequenceRecurrence {
    private final Kernels kernels;
    private final int channels;
    private final int taps;
    private final float[] kernel;

    /**
     * @param kernel κ with the skip added to tap 0, [H, K]; owned by the recurrence
     */
    FiniteRecurrence(Kernels kernels, int channels, int taps, float[] kernel) {
        if (kernel.length != channels * taps) {
            throw new IllegalArgumentException("kernel: expected " + channels * taps + " taps but was " + kernel.length);
        }
        this.kernels = kernels;
        this.channels = channels;
        this.taps = taps;
        this.kernel = kernel;
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public int stateSize() {
        return channels * taps;
    }

    @Override
    public Cohort start(int series) {
        return new ArrayCohort(kernels, this, series, (state, sample) -> step(state, sample, series));
    }

    /** Loops of the host over state [H, K, S] and sample [H, S], u before and y after. */
    private void step(float[] state, float[] sample, int series) {
        for (int h = 0; h < channels; h++) {
            int in = h * series;
            int line = h * taps * series;
            for (int m = 0; m < taps - 1; m++) {
                advance(kernel[h * taps + m], sample, in, state, line + m * series, series);
            }
            last(kernel[(h + 1) * taps - 1], sample, in, state, line + (taps - 1) * series, series);
            System.arraycopy(state, line, sample, in, series);
        }
    }

    /** A loop of its own, so that the JIT makes vectors of it; they add and multiply as the scalar code does. */
    private static void advance(float tap, float[] u, int in, float[] state, int line, int series) {
        for (int s = 0; s < series; s++) {
            state[line + s] = Math.fma(tap, u[in + s], state[line + series + s]);
        }
    }

    private static void last(float tap, float[] u, int in, float[] state, int line, int series) {
        for (int s = 0; s < series; s++) {
            state[line + s] = tap * u[in + s];
        }
    }
}
