package io.longwave.ssm.tape;

import io.longwave.kernel.Dropout;

/** Gives every dropout of a network its key, a pure function of seed, step and place, so that a resumed run draws the same masks. */
public final class DropoutStream {
    private final double rate;
    private final boolean tiedOverTime;
    private final int seed;
    private long step;

    /**
     * @param configured a rate in [0, 1), or 1 + rate for masks tied over time
     */
    public DropoutStream(double configured, long seed) {
        this.tiedOverTime = configured > 1;
        this.rate = tiedOverTime ? configured - 1 : configured;
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException(
                    "dropout: expected a rate in [0, 1), or 1 + rate to tie it over time, but was " + configured);
        }
        this.seed = Dropout.hash((int) (seed >>> 32), (int) seed);
    }

    /** Moves on to the masks of a training step. */
    public void moveTo(long trainingStep) {
        this.step = trainingStep;
    }

    /** The dropout at one place of the network. */
    Dropout at(int place, int length) {
        if (rate == 0) {
            return Dropout.NONE;
        }
        int key = Dropout.hash(place, Dropout.hash((int) step, Dropout.hash((int) (step >>> 32), seed)));
        return new Dropout(rate, key, tiedOverTime ? length : 1);
    }
}
