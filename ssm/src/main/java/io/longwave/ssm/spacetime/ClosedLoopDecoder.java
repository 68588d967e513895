package io.longwave.ssm.spacetime;

import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;

/**
 * The decoder layer: a companion model per channel that predicts its own next input. As in the published code the closed pass filters with
 * raw b and the open pass with b̂.
 */
final class ClosedLoopDecoder {
    private final Tape tape;
    private final Variable z;
    private final Variable b;
    private final Variable c;
    private final Variable k;
    private final Variable companion;
    private final Variable bHat;
    private final Variable cHat;
    private final Variable kHat;
    private final int length;

    /**
     * @param z [D, B, L]
     * @param a,b,c,k [D, N]
     */
    ClosedLoopDecoder(Tape tape, Variable z, Variable a, Variable b, Variable c, Variable k, int normOrder) {
        this.tape = tape;
        this.z = z;
        this.b = b;
        this.c = c;
        this.k = k;
        this.length = z.dim(2);
        this.companion = tape.normalizedRows(a, normOrder);
        this.bHat = tape.normalizedRows(b, normOrder);
        this.cHat = tape.normalizedRows(this.c, normOrder);
        this.kHat = tape.normalizedRows(k, normOrder);
    }

    /** x = Σ A^(L−1−j) b z_j, [D, B, N]. */
    Variable lagState() {
        return tape.product(z, tape.powers(companion, b, length));
    }

    /** ĉ (A + b̂ k̂ᵀ)^h x, [D, B, steps]. */
    Variable closed(Variable lagState, int steps) {
        return tape.productWithTransposed(lagState, tape.rollout(companion, bHat, kHat, cHat, steps));
    }

    /** k (A + b̂ k̂ᵀ)^h x with raw k, [D, B, steps]. */
    Variable closedNextInput(Variable lagState, int steps) {
        return tape.productWithTransposed(lagState, tape.rollout(companion, bHat, kHat, k, steps));
    }

    /** A^t b̂ for the two open passes. */
    Variable openPowers() {
        return tape.powers(companion, bHat, length);
    }

    /** (ĉ A^t b̂) * z, [D, B, L]. */
    Variable open(Variable openPowers) {
        return tape.convolution(z, tape.kernel(openPowers, cHat), z.dim(0));
    }

    /** (k̂ A^t b̂) * z, [D, B, L]. */
    Variable openNextInput(Variable openPowers) {
        return tape.convolution(z, tape.kernel(openPowers, kHat), z.dim(0));
    }

    /** â, [D, N]. */
    Variable companion() {
        return companion;
    }

    /** b̂, [D, N]. */
    Variable normalizedB() {
        return bHat;
    }

    /** k̂, [D, N]. */
    Variable normalizedK() {
        return kHat;
    }
}
