package io.longwave.ssm.s4;

import io.longwave.kernel.CauchyKernel;
import io.longwave.kernel.DiagonalKernel;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.LowRankSpectrum;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.discretize.Discretization;
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

    /** Kernels of all taps that C~ was made for, [heads · H, length]. */
    Variable kernel(Tape tape, int length) {
        Kernels kernels = tape.kernels();
        int rows = layout.heads() * layout.channels();
        int frequencies = CauchyKernel.frequencies(length);
        Tensor re = kernels.zeros(rows, frequencies);
        Tensor im = kernels.zeros(rows, frequencies);
        Variable out = tape.variable(rows, length);
        LowRankSpectrum spectrum = kernels.lowRankSpectrum();
        DiagonalKernel.Form form = diagonal.form(Discretization.BILINEAR);
        LowRankSpectrum.Numbers numbers = new LowRankSpectrum.Numbers(diagonal.numbers(), p.value());
        var fourier = kernels.fourierTransform();
        tape.record(() -> {
            spectrum.forward(form, numbers, length, re, im);
            fourier.inverseReal(re, im, out.value());
        }, () -> {
            if (out.reached()) {
                fourier.inverseRealGradient(out.gradient(), re, im); // the spectrum itself is not needed any more
                spectrum.backward(form, numbers, length, re, im,
                        new LowRankSpectrum.Numbers(diagonal.gradientsToAddTo(), p.gradientToAddTo()));
            }
        });
        return out;
    }
}
