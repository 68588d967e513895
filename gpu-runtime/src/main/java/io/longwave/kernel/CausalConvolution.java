package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * Causal convolution y[j, b, t] = Σ_{s ≤ t} k[row(j), s] u[series(j), b, t − s] for H channels. Channel j reads series j mod V and kernel
 * row j div (H / R), so that one series may feed many channels (the repeat embedding) and one kernel may serve many channels (heads).
 * Taps past the sequence have no effect and gradient zero.
 */
public interface CausalConvolution {

    /**
     * @param u [V, B, L], V divides H
     * @param kernel [R, K], R divides H
     * @param y [H, B, L]
     */
    void forward(Tensor u, Tensor kernel, Tensor y, boolean accumulate);

    /**
     * du[v, b, s] = Σ_j Σ_{t ≥ s} dy[j, b, t] k[row(j), t − s] over the channels j of series v.
     *
     * @param gradient dy, [H, B, L]
     * @param inputGradient du, [V, B, L]
     */
    void inputGradient(Tensor gradient, Tensor kernel, Tensor inputGradient, boolean accumulate);

    /**
     * dk[r, s] = Σ_j Σ_b Σ_t dy[j, b, t] u[series(j), b, t − s] over the channels j of row r.
     *
     * @param kernelGradient dk, [R, K]
     */
    void kernelGradient(Tensor u, Tensor gradient, Tensor kernelGradient, boolean accumulate);

    /**
     * Skip connection y[j] += skip[j] u[series(j)].
     *
     * @param skip [H]
     */
    void addScaled(Tensor u, Tensor skip, Tensor y);

    /**
     * dskip[j] += Σ dy[j] u[series(j)].
     *
     * @param skipGradient [H], added to
     */
    void skipGradient(Tensor u, Tensor gradient, Tensor skipGradient);

    /** du[v] += Σ_j skip[j] dy[j] over the channels j of series v. */
    void addScaledInputGradient(Tensor gradient, Tensor skip, Tensor inputGradient);

    /** Sizes of a checked convolution. */
    record Extent(int variates, int channels, int batch, int length) {
        /** Checks u [V, B, L] against y [H, B, L]. */
        public static Extent check(Tensor u, Tensor y) {
            u.requireRank("u", 3);
            y.requireRank("y", 3);
            y.requireShape("y", y.dim(0), u.dim(1), u.dim(2));
            if (u.dim(0) == 0 || y.dim(0) % u.dim(0) != 0) {
                throw new IllegalArgumentException("y: expected channels in multiples of the " + u.dim(0) + " series but was " + y.shape());
            }
            return new Extent(u.dim(0), y.dim(0), u.dim(1), u.dim(2));
        }

        /** Checks the kernel [R, K] too. */
        public static Extent check(Tensor u, Tensor kernel, Tensor y) {
            Extent extent = check(u, y);
            kernel.requireRank("kernel", 2);
            if (kernel.dim(0) == 0 || y.dim(0) % kernel.dim(0) != 0) {
                throw new IllegalArgumentException(
                        "kernel: expected rows that divide the " + y.dim(0) + " channels but was " + kernel.shape());
            }
            return extent;
        }

        public int channelsPerRow(Tensor kernel) {
            return channels / kernel.dim(0);
        }
    }
}
