package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * What is built from powers of a companion matrix A = S + â eᵀ, one per row. Its action costs O(N): (A x)[i] = x[i−1] + â[i] x[N−1] on a
 * column, (r A)[j] = r[j+1] and (r A)[N−1] = r · â on a row. SpaceTime, arXiv:2303.09489; formulas 1.1 to 1.4 and 3 in {@code docs}.
 */
public interface CompanionRecurrence {

    /**
     * Powers of A acting on b, latest input last: row r of the result is A^(L−1−r) b, what an input at position r has become at the end of
     * a window of L.
     *
     * @param companion â, [H, N]
     * @param b [H, N]
     * @param powers [H, L, N]
     */
    void powers(Tensor companion, Tensor b, Tensor powers);

    /**
     * Gradient of {@link #powers}: λ_t = dX_t + λ_{t+1} A going back in t; db = λ_0, dâ = Σ X_t[N−1] λ_{t+1}.
     *
     * @param gradient [H, L, N] of the powers
     * @param companionGradient dâ, [H, N], added to
     * @param bGradient db, [H, N], added to
     */
    void powersBackward(Tensor companion, Tensor powers, Tensor gradient, Tensor companionGradient, Tensor bGradient);

    /**
     * Convolution kernel k[t] = c · A^t b.
     *
     * @param powers as made by {@link #powers}, [H, L, N]
     * @param c [H, N]
     * @param kernel [H, L], t counted forward
     */
    void kernel(Tensor powers, Tensor c, Tensor kernel);

    /**
     * Gradient of {@link #kernel}.
     *
     * @param gradient dk, [H, L]
     * @param powersGradient [H, L, N]
     * @param accumulate whether {@code powersGradient} is added to
     * @param cGradient [H, N], added to
     */
    void kernelBackward(Tensor powers, Tensor c, Tensor gradient, Tensor powersGradient, boolean accumulate, Tensor cGradient);

    /**
     * Read-out rows of the closed loop: R[0] = c, R[h+1] = R[h] (A + b kᵀ). A forecast h steps after state x is R[h] · x.
     *
     * @param companion â, [H, N]
     * @param b [H, N], k [H, N], c [H, N]
     * @param rollout R, [H, T, N]
     */
    void rollout(Tensor companion, Tensor b, Tensor k, Tensor c, Tensor rollout);

    /**
     * Gradient of {@link #rollout}: μ_h = dR_h + (A + b kᵀ) μ_{h+1}; dc = μ_0, dâ = Σ μ_{h+1}[N−1] R_h, db = Σ (k · μ_{h+1}) R_h,
     * dk = Σ (R_h · b) μ_{h+1}.
     *
     * @param gradient dR, [H, T, N]
     * @param companionGradient,bGradient,kGradient,cGradient [H, N], added to
     */
    void rolloutBackward(Tensor companion, Tensor b, Tensor k, Tensor rollout, Tensor gradient, Tensor companionGradient, Tensor bGradient,
            Tensor kGradient, Tensor cGradient);

    /** Checks â and rows [H, N] against [H, steps, N]. */
    static void check(Tensor companion, Tensor b, Tensor perStep) {
        companion.requireRank("companion", 2);
        b.requireShape("b", companion.dim(0), companion.dim(1));
        perStep.requireRank("steps", 3);
        perStep.requireShape("steps", companion.dim(0), perStep.dim(1), companion.dim(1));
    }

    /** Checks k [H, L] and c [H, N] against powers [H, L, N]. */
    static void checkKernel(Tensor powers, Tensor c, Tensor kernel) {
        powers.requireRank("powers", 3);
        c.requireShape("c", powers.dim(0), powers.dim(2));
        kernel.requireShape("kernel", powers.dim(0), powers.dim(1));
    }
}
