package io.longwave.ssm.chimera;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/**
 * The recurrence of a network: it takes the next patches of many streams and goes on from where it was. A stream is one member of the batch, so its
 * bits do not depend on the others. Per block and stream it remembers 2 V N numbers for each channel, head and direction, and W − 1 inputs of the filter.
 * Weights are those of the network at each step.
 */
final class ChimeraStream {
    private final Kernels kernels;
    private final Tape tape;
    private final Variable patches;
    private final Variable hidden;
    private final StreamMemory memory;

    /**
     * @param streams S
     * @param steps patches of every series taken at once
     */
    ChimeraStream(Kernels kernels, ChimeraNetwork network, int streams, int steps) {
        this.kernels = kernels;
        this.tape = new Tape(kernels, null);
        ChimeraConfig config = network.config();
        this.patches = tape.constant(kernels.zeros(ChimeraNetwork.inputs(config), config.variates(), steps, streams));
        this.memory = new StreamMemory(kernels, config, streams);
        this.hidden = network.record(new GridRecorder(tape, false), patches, memory);
    }

    /**
     * Goes on by the steps it was made for.
     *
     * @param next normalised patches with the channels that tell the variate, [k + V, V, steps, S], see {@link GridWindows}
     * @return what the network makes of them, [M, V, steps, S]; overwritten by the next call
     */
    Tensor step(float[] next) {
        kernels.upload(next, patches.value());
        tape.forward();
        return hidden.value();
    }

    /** Starts all streams anew. */
    void forget() {
        for (Tensor tensor : memory.tensors()) {
            kernels.fill(tensor, 0);
        }
    }
}
