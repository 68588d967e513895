package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Tensor;

/**
 * Convolution over a whole sequence with what surrounds it in a layer:
 *
 * <pre>
 * x = inputGate · u
 * c[j, b, t] = Σ_{s ≤ t} k[row(j), s] x[series(j), b, t − s] + Σ_m back[row(j), m] x[series(j), b, t + m + 1] + skip[j] x[series(j), b, t]
 * y = outputGate · c
 * </pre>
 *
 * Gates, {@code back} and skip are optional. Channel j reads series j mod V and kernel row j div (H / R), as in {@link CausalConvolution}.
 * Taps past the sequence have no effect and gradient zero, but for their part in the mean of others. Without {@code back} the result is causal. Fu et al. 2023, arXiv:2302.06646,
 * section 3; gating as in Poli et al. 2023, arXiv:2302.10866.
 *
 * <p>Where a transform computes it, the error of every number of a row is relative to the largest of the row, and a number that is not
 * finite spoils its whole row.
 */
public interface LongConvolution {

    /** @param y [H, B, L], overwritten */
    void forward(Terms terms, Tensor y);

    /**
     * Gradients of Σ gradient · y. Nothing of the forward pass is kept, what is needed is computed again.
     *
     * @param gradient dy, [H, B, L]
     * @param gradients where to add the gradient of each term; null where it is not wanted
     */
    void backward(Terms terms, Tensor gradient, Gradients gradients);

    /**
     * The causal convolution of a sequence that arrives in pieces of any length: what the earlier pieces still contribute is the tail, zero
     * before the first. Pieces of any sizes give the numbers of the whole but for rounding.
     *
     * @param terms of this piece, without {@code back}; u [V, B, S]
     * @param tail [H, B, K − 1]; in: what is to be added to c from this piece's first position on; out: from the next one's
     * @param y [H, B, S], overwritten
     */
    void proceed(Terms terms, Tensor tail, Tensor y);

    /**
     * What is convolved.
     *
     * @param input u, [V, B, L], V divides H
     * @param kernel k, [R, K], R divides H
     * @param back kernel of the future, [R, M], its first tap for the next position
     * @param skip [H]
     * @param inputGate [V, B, L]
     * @param outputGate [H, B, L]
     * @param regularization what k and {@code back} go through before they are convolved; gradients are those of k and {@code back} as they are given
     */
    record Terms(Tensor input, Tensor kernel, @Nullable Tensor back, @Nullable Tensor skip, @Nullable Tensor inputGate,
            @Nullable Tensor outputGate, TapRegularization.Settings regularization) {

        /** The convolution alone. */
        public static Terms of(Tensor input, Tensor kernel) {
            return new Terms(input, kernel, null, null, null, null, TapRegularization.Settings.NONE);
        }

        public Terms withBack(@Nullable Tensor back) {
            return new Terms(input, kernel, back, skip, inputGate, outputGate, regularization);
        }

        public Terms withSkip(@Nullable Tensor skip) {
            return new Terms(input, kernel, back, skip, inputGate, outputGate, regularization);
        }

        public Terms withGates(@Nullable Tensor inputGate, @Nullable Tensor outputGate) {
            return new Terms(input, kernel, back, skip, inputGate, outputGate, regularization);
        }

        public Terms withRegularization(TapRegularization.Settings regularization) {
            return new Terms(input, kernel, back, skip, inputGate, outputGate, regularization);
        }

        /** Checks every term against y [H, B, L]. */
        public CausalConvolution.Extent check(Tensor y) {
            CausalConvolution.Extent extent = CausalConvolution.Extent.check(input, kernel, y);
            if (back != null) {
                back.requireRank("back", 2);
                back.requireShape("back", kernel.dim(0), back.dim(1));
            }
            if (skip != null) {
                skip.requireShape("skip", extent.channels());
            }
            if (inputGate != null) {
                inputGate.requireShape("input gate", extent.variates(), extent.batch(), extent.length());
            }
            if (outputGate != null) {
                outputGate.requireShape("output gate", extent.channels(), extent.batch(), extent.length());
            }
            return extent;
        }

        /** Checks the tail of a convolution that proceeds piece by piece too. */
        public CausalConvolution.Extent checkPiece(Tensor tail, Tensor y) {
            CausalConvolution.Extent extent = check(y);
            if (back != null) {
                throw new IllegalArgumentException(
                        "back: a convolution that proceeds piece by piece knows no future, but there is a kernel "
                                + back.shape() + " for it");
            }
            tail.requireShape("tail", extent.channels(), extent.batch(), Math.max(0, kernel.dim(1) - 1));
            return extent;
        }
    }

    /** Gradients in the shapes of {@link Terms}; null where one is not wanted. */
    record Gradients(@Nullable Tensor input, @Nullable Tensor kernel, @Nullable Tensor back, @Nullable Tensor skip,
            @Nullable Tensor inputGate, @Nullable Tensor outputGate) {

        /** Checks that each gradient belongs to a term and has its shape. */
        public void check(Terms terms) {
            check("input", terms.input(), input);
            check("kernel", terms.kernel(), kernel);
            check("back", terms.back(), back);
            check("skip", terms.skip(), skip);
            check("input gate", terms.inputGate(), inputGate);
            check("output gate", terms.outputGate(), outputGate);
        }

        private static void check(String name, @Nullable Tensor term, @Nullable Tensor gradient) {
            if (gradient == null) {
                return;
            }
            if (term == null) {
                throw new IllegalArgumentException(
                        name + ": a gradient of shape " + gradient.shape() + " is wanted but there is no such term");
            }
            gradient.requireShape("gradient of " + name, term.shape().toArray());
        }
    }
}
