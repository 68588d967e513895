package io.longwave.ssm.sequence;

import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;

/** How the steps of a sequence become one. */
public enum Pooling {
    /** Mean over the steps that count. */
    MEAN,
    /** The last step that counts. */
    LAST;

    /**
     * @param x [H, B, L]
     * @param lengths [B], read anew in every pass
     * @return [H, B]
     */
    Variable record(Tape tape, Variable x, int[] lengths) {
        return switch (this) {
            case MEAN -> tape.meanOverTime(x, lengths);
            case LAST -> tape.lastInTime(x, lengths);
        };
    }
}
