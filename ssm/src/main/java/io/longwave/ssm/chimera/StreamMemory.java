package io.longwave.ssm.chimera;

import java.util.ArrayList;
import java.util.List;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.chimera.GridRecorder.States;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/**
 * What a network has to remember of the past to go on with the next samples: the states of every scan after the last step, and the last inputs of
 * every filter. Handed out in the order the network is recorded; the batch is the series that are stepped together.
 */
final class StreamMemory {
    private final Kernels kernels;
    private final ChimeraConfig config;
    private final int series;
    private final List<Tensor> tensors = new ArrayList<>();

    StreamMemory(Kernels kernels, ChimeraConfig config, int series) {
        this.kernels = kernels;
        this.config = config;
        this.series = series;
    }

    /** States of the next scan, zero at first. */
    States nextStates() {
        return new States(next(config.channels(), config.variates(), config.states(), series),
                next(config.channels(), config.variates(), config.states(), series));
    }

    /** Last inputs of the next filter, [E, V, W − 1, S], zero at first. */
    Tensor nextTail() {
        return next(config.channels(), config.variates(), config.filter() - 1, series).value();
    }

    private Variable next(int... dims) {
        Tensor tensor = kernels.zeros(dims);
        tensors.add(tensor);
        return Variable.constant(kernels, tensor);
    }

    /** Records that what a scan ends with is what it starts from next time. */
    void keep(GridRecorder recorder, States after, States before) {
        recorder.tape().record(() -> {
            kernels.copy(after.h1().value(), before.h1().value(), false);
            kernels.copy(after.h2().value(), before.h2().value(), false);
        }, () -> {});
    }

    /** All of it, in the order it was handed out; the last axis is the series. */
    List<Tensor> tensors() {
        return tensors;
    }
}
