package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Tensor;

/**
 * The selective scan of Mamba: H channels of N real decaying states whose step size, input and output rows change with time. Gu and Dao 2023,
 * arXiv:2312.00752, eq. 2 with 4, algorithm 2. Channels that share step sizes, decays and skip are a head; Mamba-2 (Dao and Gu 2024,
 * arXiv:2405.21060, eq. 16) has K heads of P = H / K channels and one decay for all states of a head, Mamba has a head per channel:
 *
 * <pre>
 *   Δ = softplus(δ + bias)      ā = exp(Δ A)      b̄ = Δ B, or (ā − 1)/A · B held exactly
 *   x_t = ā x_{t−1} + b̄ u_t     v_t = C_t · x_t + D u_t      y_t = v_t silu(z_t)
 * </pre>
 *
 * A is at most 0. Passed back, with ȳ the gradient of v and g_t = C_t ȳ_t + ā_{t+1} g_{t+1} that of x:
 *
 * <pre>
 *   dC = ȳ x_t   dB = φ g u   du = Σ φ g B + D ȳ   dD = ȳ u   dx_{−1} = ā_0 g_0      φ = Δ or (ā − 1)/A, e = ā g x_{t−1}
 *   dΔ = Σ (e A + g B u dφ/dΔ)   dA = Δ e + g B u dφ/dA   dδ = dΔ sigmoid(δ + bias)   dz = dy v silu'(z)
 * </pre>
 *
 * with dφ/dΔ = 1 and dφ/dA = 0, or held exactly ā and (Δ ā − φ)/A, which cancels for small Δ A and is taken from its series there.
 */
public interface SelectiveScan {
    /** Steps from one kept state to the next; those between are recomputed when the gradient passes back. */
    int STRIDE = 64;

    /** Kept states of a scan over {@code length} steps. */
    static int keptStates(int length) {
        return (length + STRIDE - 1) / STRIDE;
    }

    /**
     * Runs the scan.
     *
     * @param y [H, B, L], overwritten
     * @param kept the states before steps 0, 64, 128, … in the order of the scan, [ceil(L / 64), B, N, H], overwritten; null when no gradient
     *     will be asked for
     * @param last the state after the last step taken, [H, B, N], overwritten; null when nobody wants it
     */
    void forward(Inputs inputs, Tensor y, @Nullable Tensor kept, @Nullable Tensor last);

    /**
     * Passes the gradient back.
     *
     * @param kept as {@link #forward} left it
     * @param gradient dy, [H, B, L]
     * @param lastGradient of the last state, [H, B, N]; null for zero
     * @param into where gradients are added
     */
    void backward(Inputs inputs, Tensor kept, Tensor gradient, @Nullable Tensor lastGradient, Gradients into);

    /**
     * Δ = softplus(δ + bias) as the scan takes it.
     *
     * @param delta δ, [K, B, L]
     * @param bias [K]; null for none
     * @param sizes Δ, [K, B, L], overwritten
     */
    void stepSizes(Tensor delta, @Nullable Tensor bias, Tensor sizes);

    /**
     * What a scan reads.
     *
     * @param u [H, B, L]
     * @param delta δ, step sizes before bias and softplus, [K, B, L]; channel h belongs to head h / (H / K)
     * @param a A, [K, N], or [K, 1] for one decay per head, none above 0: refused where it costs nothing to look, a
     *        growing state where the caller would wait for the numbers of a device
     * @param b,c B and C, [G N, B, L]; channel h reads the N rows of group h / (H / G)
     * @param groups G, divides K
     * @param skip D, [K]; null for none
     * @param deltaBias [K]; null for none
     * @param gate z, [H, B, L]; null for none
     * @param initial x before the first step taken, [H, B, N]; null for zero
     * @param exactHold whether the input is held exactly over a step
     * @param reversed whether time runs from the last step to the first; every array keeps its order
     */
    record Inputs(Tensor u, Tensor delta, Tensor a, Tensor b, Tensor c, int groups, @Nullable Tensor skip, @Nullable Tensor deltaBias,
            @Nullable Tensor gate, @Nullable Tensor initial, boolean exactHold, boolean reversed) {

        public Inputs {
            u.requireRank("u", 3);
            a.requireRank("a", 2);
            b.requireRank("b", 3);
            int channels = u.dim(0);
            int batch = u.dim(1);
            int length = u.dim(2);
            int heads = a.dim(0);
            int rows = b.dim(0);
            if (heads < 1 || channels < 1 || channels % heads != 0) {
                throw new IllegalArgumentException("a: expected heads that divide " + channels + " channels but was " + a.shape());
            }
            if (groups < 1 || heads % groups != 0 || rows < 1 || rows % groups != 0 || length < 1) {
                throw new IllegalArgumentException(
                        "expected groups that divide " + heads + " heads and the rows of b, over at least one step,"
                                + " but was " + groups + " groups and b " + b.shape());
            }
            delta.requireShape("delta", heads, batch, length);
            a.requireShape("a", heads, a.dim(1) == 1 ? 1 : rows / groups);
            b.requireShape("b", rows, batch, length);
            c.requireShape("c", rows, batch, length);
            requireShape("skip", skip, heads);
            requireShape("deltaBias", deltaBias, heads);
            requireShape("gate", gate, channels, batch, length);
            requireShape("initial", initial, channels, batch, rows / groups);
        }

        public int channels() {
            return u.dim(0);
        }

        public int batch() {
            return u.dim(1);
        }

        public int length() {
            return u.dim(2);
        }

        public int states() {
            return b.dim(0) / groups;
        }

        public int heads() {
            return a.dim(0);
        }

        /** Whether all states of a head decay alike. */
        public boolean oneDecay() {
            return a.dim(1) == 1;
        }

        /** Checks what a forward pass writes. */
        public void checkOutputs(Tensor y, @Nullable Tensor kept, @Nullable Tensor last) {
            y.requireShape("y", channels(), batch(), length());
            requireShape("kept", kept, keptStates(length()), batch(), states(), channels());
            requireShape("last", last, channels(), batch(), states());
        }

        /** Checks what a backward pass reads and writes; a gradient may be asked for only of an input that is there. */
        public void checkGradients(Tensor kept, Tensor gradient, @Nullable Tensor lastGradient, Gradients into) {
            checkOutputs(gradient, kept, lastGradient);
            into.u.requireShape("gradient of u", u.shape().toArray());
            into.delta.requireShape("gradient of delta", delta.shape().toArray());
            into.a.requireShape("gradient of a", a.shape().toArray());
            into.b.requireShape("gradient of b", b.shape().toArray());
            into.c.requireShape("gradient of c", c.shape().toArray());
            requireBoth("skip", skip, into.skip);
            requireBoth("deltaBias", deltaBias, into.deltaBias);
            requireBoth("gate", gate, into.gate);
            requireBoth("initial", initial, into.initial);
        }

        private static void requireBoth(String name, @Nullable Tensor input, @Nullable Tensor gradient) {
            if (gradient == null) {
                return;
            }
            if (input == null) {
                throw new IllegalArgumentException("gradient of " + name + ": expected none, because there is no " + name);
            }
            gradient.requireShape("gradient of " + name, input.shape().toArray());
        }

        private static void requireShape(String name, @Nullable Tensor tensor, int... dims) {
            if (tensor != null) {
                tensor.requireShape(name, dims);
            }
        }
    }

    /**
     * Where the gradients of the inputs are added, each of the shape of its input.
     *
     * @param skip,deltaBias,gate,initial null when nobody wants them
     */
    record Gradients(Tensor u, Tensor delta, Tensor a, Tensor b, Tensor c, @Nullable Tensor skip, @Nullable Tensor deltaBias,
            @Nullable Tensor gate, @Nullable Tensor initial) {}
}
