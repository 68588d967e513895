package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Tensor;

/**
 * One step of {@link SelectiveScan}'s recurrence for S series at once: Δ = softplus(δ + bias), x ← exp(Δ A) x + Δ B u (or the exact hold
 * (exp(Δ A) − 1)/A · B u), y = (C · x + D u) silu(z). Gu and Dao 2023, arXiv:2312.00752, eq. 2 and 4.
 *
 * <p>Float32 in every set of kernels, and with the same bits in every one, as {@link DiagonalStep} promises it; exponentials are those of
 * {@link FloatDecay}. Allocates nothing and starts no threads.
 */
public interface SelectiveStep {
    /** Above this Δ A the exact hold is taken from its series Δ (1 + Δ A/2 + (Δ A)²/6), whose next term is below 1e-8 of it. */
    float SMALL_HOLD = -4e-3f;

    /**
     * Moves every state on and reads it out.
     *
     * @param system the coefficients
     * @param state x, [H, N, S], series fastest; in and out
     * @param u [H, S]
     * @param delta δ, before bias and softplus, [H, S]
     * @param b,c [G, N, S]; channel h reads group h / (H / G)
     * @param z gate, [H, S]; null for none
     * @param y [H, S], out; may be {@code u}, {@code delta} or {@code z}
     * @param series S, at least 0
     * @throws IllegalArgumentException if a tensor is smaller than S asks for; nothing is written then
     */
    void step(System system, Tensor state, Tensor u, Tensor delta, Tensor b, Tensor c, @Nullable Tensor z, Tensor y, int series);

    /**
     * What all series share, owned by the record: do not write to the arrays afterwards.
     *
     * @param channels H
     * @param states N per channel
     * @param groups G, divides H
     * @param a A, continuous, [H, N], none above 0
     * @param deltaBias [H]
     * @param skip D, [H]
     * @param exactHold whether the input is held exactly, (exp(Δ A) − 1)/A · B, in place of Δ B
     */
    record System(int channels, int states, int groups, float[] a, float[] deltaBias, float[] skip, boolean exactHold) {

        public System {
            if (channels < 1 || states < 1 || groups < 1 || channels % groups != 0) {
                throw new IllegalArgumentException("expected at least one channel, one state and groups that divide the channels but was "
                        + channels + ", " + states + " and " + groups);
            }
            if (a.length != Math.multiplyExact(channels, states)) {
                throw new IllegalArgumentException("a: expected " + channels * states + " numbers but was " + a.length);
            }
            if (deltaBias.length != channels || skip.length != channels) {
                throw new IllegalArgumentException(
                        "deltaBias and skip: expected " + channels + " numbers but was " + deltaBias.length + " and " + skip.length);
            }
            for (float rate : a) {
                if (rate > 0) {
                    throw new IllegalArgumentException("a: expected no rate above 0 but was " + rate);
                }
            }
        }

        /** Numbers of state per series, H N. */
        public int stateSize() {
            return channels * states;
        }

        /** The group a channel reads. */
        public int group(int channel) {
            return channel / (channels / groups);
        }
    }

    /** Checks the tensors of a step. */
    static void check(System system, Tensor state, Tensor u, Tensor delta, Tensor b, Tensor c, @Nullable Tensor z, Tensor y, int series) {
        if (series < 0) {
            throw new IllegalArgumentException("series: expected at least 0 but was " + series);
        }
        long rows = (long) system.channels * series;
        long inputs = (long) system.groups * system.states * series;
        DiagonalStep.requireRoom("state", state, (long) system.stateSize() * series);
        DiagonalStep.requireRoom("u", u, rows);
        DiagonalStep.requireRoom("delta", delta, rows);
        DiagonalStep.requireRoom("b", b, inputs);
        DiagonalStep.requireRoom("c", c, inputs);
        if (z != null) {
            DiagonalStep.requireRoom("z", z, rows);
        }
        DiagonalStep.requireRoom("y", y, rows);
    }
}
