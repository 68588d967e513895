package io.longwave.ssm.s4;

import java.util.Optional;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.discretize.KernelConvolution;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.sequence.SequenceRecurrence;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;

/**
 * S4 as a layer. C~ belongs to a number of taps, which is stored with it: shorter sequences use the first taps of that kernel, and a longer one
 * turns C~ into that of twice as many, C~ (I + dA^taps), which leaves the taps that were there as they were.
 */
final class S4Layer implements SequenceLayer {
    private final Kernels kernels;
    private final LowRankParameters weights;
    private final Variable skip;
    private final Variable taps;

    /**
     * @param skip D, [H]
     * @param taps [1]
     */
    S4Layer(Kernels kernels, LowRankParameters weights, Variable skip, Variable taps) {
        this.kernels = kernels;
        this.weights = weights;
        this.skip = skip;
        this.taps = taps;
    }

    private int taps() {
        return (int) kernels.toDoubles(taps.value())[0];
    }

    @Override
    public Variable record(Tape tape, Variable u) {
        int length = taps();
        while (length < u.dim(2)) {
            weights.setC(kernels, ComplexArrays.interleaved(weights.system(kernels).doubled(length)));
            length = Math.multiplyExact(length, 2);
            kernels.upload(new double[]{length}, taps.value());
        }
        return KernelConvolution.record(tape, u, weights.kernel(tape, length), skip);
    }

    @Override
    public Optional<SequenceRecurrence> recurrence() {
        LowRankSystem system = weights.system(kernels);
        if (system.diagonal().heads() != 1) {
            return Optional.empty(); // it sees the future
        }
        return Optional.of(new LowRankRecurrence(kernels, system.withC(system.original(taps())), kernels.toFloats(skip.value())));
    }
}
