package io.longwave.ssm.windowed;

import io.longwave.ssm.streaming.StreamingModel;

/**
 * A forecasting network of one series as a recurrence: after t samples from the start its state says what a pass over these t samples says at the end.
 * Immutable and safe to share; the states are not. Bits depend on the weights and the samples alone.
 */
public interface SteppedNetwork {

    /** A state that has seen nothing. */
    State start();

    /** Name of the arithmetic, see {@link StreamingModel#numericProfile()}. */
    String numericProfile();

    /** Memory that a state takes, about, in bytes. */
    int stateBytes();

    /** What the network remembers of the samples so far, on the scale it was trained on. Confined to one thread. */
    interface State {

        /** Takes the next sample. */
        void step(double sample);

        /**
         * The next samples as the network expects them; the state stays as it is. Beyond the trained horizon it goes on from its own forecasts.
         *
         * @param out [steps or more]
         */
        void forecast(int steps, double[] out);

        /** An independent state with the same bits. */
        State copy();
    }
}
