package io.longwave.ssm.discretize;

import java.util.Optional;

import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.sequence.DiagonalRecurrence;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.sequence.SequenceRecurrence;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;

/** Diagonal systems as a layer: y = K * u + D u over a sequence, x ← dA x + dB u and y = 2 Re C x + D u one sample at a time. */
public final class DiagonalLayer implements SequenceLayer {
    private final Kernels kernels;
    private final ModeParameters modes;
    private final Variable skip;
    private final Discretization discretization;

    /**
     * @param skip D, [H]
     */
    public DiagonalLayer(Kernels kernels, ModeParameters modes, Variable skip, Discretization discretization) {
        this.kernels = kernels;
        this.modes = modes;
        this.skip = skip;
        this.discretization = discretization;
    }

    @Override
    public Variable record(Tape tape, Variable u) {
        return KernelConvolution.record(tape, u, modes.kernel(tape, discretization, u.dim(2)), skip);
    }

    @Override
    public Optional<SequenceRecurrence> recurrence() {
        RawModes raw = modes.read(kernels);
        if (raw.layout().heads() != 1) {
            return Optional.empty(); // it sees the future
        }
        DiagonalSystem system = raw.system();
        float[][] a = parts(system.discreteA(discretization));
        float[][] b = parts(system.discreteB(discretization));
        float[][] c = parts(system.c());
        return Optional
                .of(new DiagonalRecurrence(kernels, new DiagonalStep.Modes(system.channels(), system.modes(), a[0], a[1],
                        b[0], b[1], c[0], c[1], kernels.toFloats(skip.value()))));
    }

    private static float[][] parts(Complex[] values) {
        float[][] out = new float[2][values.length];
        for (int i = 0; i < values.length; i++) {
            out[0][i] = (float) values[i].re();
            out[1][i] = (float) values[i].im();
        }
        return out;
    }
}
