package io.longwave.ssm.s4;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.CauchyKernel;
import io.longwave.kernel.CauchyKernel.LowRankModes;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.discretize.ModeParameters;
import io.longwave.ssm.discretize.RawModes;
import io.longwave.ssm.discretize.RawModes.Layout;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/** The trained tensors of S4, those of a diagonal model with C~ in the place of C, and P; and kernels made of them on a tape. */
final class LowRankParameters {
    private final Layout layout;
    private final ModeParameters diagonal;
    private final Variable p;

    private LowRankParameters(Layout layout, ModeParameters diagonal, Variable p) {
        this.layout = layout;
        this.diagonal = diagonal;
        this.p = p;
    }

    /**
     * @param initialP [R, copies, n, 2]
     */
    static LowRankParameters register(ParameterSet parameters, String prefix, RawModes initial, double[] initialP, int rank) {
        Layout layout = initial.layout();
        if (layout.stepPerMode()) {
            throw new IllegalArgumentException("a system with a low-rank part has one step size per channel");
        }
        return new LowRankParameters(layout, ModeParameters.register(parameters, prefix, initial),
                parameters.trained(prefix + "P", ModeParameters.SLOW, initialP, rank, layout.copies(), layout.modes(), 2));
    }

    ModeParameters diagonal() {
        return diagonal;
    }

    /** Replaces C~, [heads, H, n, 2]. */
    void setC(Kernels kernels, double[] c) {
        diagonal.setC(kernels, c);
    }

    LowRankSystem system(Kernels kernels) {
        return system(diagonal.read(kernels), kernels.toDoubles(p.value()));
    }

    private LowRankSystem system(RawModes raw, double[] rawP) {
        return new LowRankSystem(raw.system(), expanded(layout, p.dim(0), rawP));
    }

    /** P of every channel, [R][H n], from the copies that they share. */
    static Complex[][] expanded(Layout layout, int rank, double[] rawP) {
        Complex[] shared = ComplexArrays.of(rawP);
        Complex[][] out = new Complex[rank][layout.channels() * layout.modes()];
        for (int r = 0; r < rank; r++) {
            for (int i = 0; i < out[r].length; i++) {
                int copy = i / layout.modes() % layout.copies();
                out[r][i] = shared[(r * layout.copies() + copy) * layout.modes() + i % layout.modes()];
            }
        }
        return out;
    }

    private double[] gathered(Complex[][] gradP) {
        double[] out = new double[p.value().size()];
        for (int r = 0; r < gradP.length; r++) {
            for (int i = 0; i < gradP[r].length; i++) {
                int copy = i / layout.modes() % layout.copies();
                int at = 2 * ((r * layout.copies() + copy) * layout.modes() + i % layout.modes());
                out[at] += gradP[r][i].re();
                out[at + 1] += gradP[r][i].im();
            }
        }
        return out;
    }

    /** Kernels of all taps that C~ was made for, [heads · H, length]. */
    Variable kernel(Tape tape, int length) {
        Kernels kernels = tape.kernels();
        int rows = layout.heads() * layout.channels();
        int frequencies = CauchyKernel.frequencies(length);
        Tensor re = kernels.zeros(rows, frequencies);
        Tensor im = kernels.zeros(rows, frequencies);
        Variable out = tape.variable(rows, length);
        Pass pass = new Pass();
        var cauchy = kernels.cauchyKernel();
        var fourier = kernels.fourierTransform();
        tape.record(() -> {
            RawModes raw = diagonal.read(kernels);
            LowRankSystem system = system(raw, kernels.toDoubles(p.value()));
            LowRankModes modes = system.modes();
            pass.state = new State(raw, system, modes);
            cauchy.forward(modes, length, re, im);
            fourier.inverseReal(re, im, out.value());
        }, () -> {
            if (out.reached()) {
                State state = requireNonNull(pass.state, "forward before backward");
                fourier.inverseRealGradient(out.gradient(), re, im); // the spectrum itself is not needed any more
                LowRankSystem gradient = state.system.gradient(cauchy.backward(state.modes, length, re, im));
                diagonal.addGradients(state.raw.gradient(gradient.diagonal()));
                p.addToGradient(gathered(gradient.p()));
            }
        });
        return out;
    }

    /** What the last forward pass left for the backward pass. */
    private static final class Pass {
        private @Nullable State state;
    }

    private record State(RawModes raw, LowRankSystem system, LowRankModes modes) {}
}
