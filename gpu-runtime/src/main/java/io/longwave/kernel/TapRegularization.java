package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Tensor;

/**
 * What keeps a learned convolution kernel from fitting noise: out = squash(smooth(k)), Fu et al. 2023, arXiv:2302.06646, section 3.2. Smooth is
 * the mean of 2p + 1 neighbouring taps, taps outside the kernel counting as 0 with the divisor kept; squash is the soft threshold sign(k)
 * max(|k| − λ, 0). A half width or a threshold of 0 leaves out the step, bit for bit.
 */
public interface TapRegularization {

    /**
     * @param taps k, [R, K]
     * @param out [R, K]; may not share memory with {@code taps}
     */
    void forward(Tensor taps, Settings settings, Tensor out);

    /**
     * dk = smooth(mask · dout), the mask being 1 where |smooth(k)| &gt; λ and 0 elsewhere: a tap of smooth(k) at or below the threshold gets exactly 0.
     *
     * @param gradient dout, [R, K]
     * @param target dk, [R, K]
     * @param accumulate whether {@code target} is added to
     */
    void backward(Tensor taps, Settings settings, Tensor gradient, Tensor target, boolean accumulate);

    /**
     * How much.
     *
     * @param halfWidth p, taps to each side that are averaged
     * @param threshold λ, [1], in the unit of the taps; where the taps are, since it may change from step to step. Null, or a number that is not above 0, for
     *        none
     */
    record Settings(int halfWidth, @Nullable Tensor threshold) {
        public static final Settings NONE = new Settings(0, null);

        public Settings {
            if (halfWidth < 0) {
                throw new IllegalArgumentException("half width: expected at least 0 but was " + halfWidth);
            }
            if (threshold != null) {
                threshold.requireShape("threshold", 1);
            }
        }

        /** Whether taps go through as they are. */
        public boolean isNone() { return halfWidth == 0 && threshold == null; }
    }

    static void check(Tensor taps, Tensor other, String name) {
        taps.requireRank("taps", 2);
        other.requireShape(name, taps.dim(0), taps.dim(1));
    }
}
