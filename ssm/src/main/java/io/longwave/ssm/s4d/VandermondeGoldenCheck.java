package io.longwave.ssm.s4d;

import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.CauchyKernel;
import io.longwave.kernel.CauchyKernel.LowRankModes;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.discretize.DiagonalSystem;
import io.longwave.ssm.discretize.Discretization;
import io.longwave.ssm.discretize.ModeParameters;
import io.longwave.ssm.discretize.RawModes;
import io.longwave.ssm.discretize.RawModes.Layout;
import io.longwave.kernel.Transform;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/** Cases {@code longconv-vandermonde}: a diagonal kernel with B = 1 as a Vandermonde product, and its transform as a Cauchy sum. */
record VandermondeGoldenCheck() implements GoldenCheck {

    @Override
    public String kind() {
        return "longconv-vandermonde";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int channels = golden.configInt("channels");
        int n = golden.configInt("modes");
        int length = golden.configInt("length");
        RawModes raw = raw(golden, channels, n);
        ParameterSet parameters = new ParameterSet(kernels);
        Tape tape = new Tape(kernels, null);
        Variable kernel = ModeParameters.register(parameters, "", raw).kernel(tape, Discretization.ZERO_ORDER_HOLD, length);
        Tensor weight = kernels.of(golden.lossWeight("loss_weight", channels, length).data(), channels, length);
        tape.record(() -> {}, () -> kernels.copy(weight, kernel.gradient(), kernel.accumulate()));
        tape.forward();
        parameters.forgetGradients();
        tape.backward();

        Map<String, double[]> grads = new LinkedHashMap<>();
        for (ParameterSet.Entry entry : parameters.trained()) {
            double[] gradient = kernels.toDoubles(entry.variable().gradient());
            switch (entry.name()) {
                case "C" -> {
                    grads.put("C_re", ComplexArrays.real(ComplexArrays.of(gradient)));
                    grads.put("C_im", ComplexArrays.imaginary(ComplexArrays.of(gradient)));
                }
                case "A_real" -> grads.put("A_re", S4dLayerGoldenCheck.negated(gradient));
                case "A_imag" -> grads.put("A_im", S4dLayerGoldenCheck.negated(gradient));
                case "inv_dt" -> grads.put("log_dt", gradient);
                default -> grads.put(entry.name(), gradient);
            }
        }
        return new Computed(Map.of("K", kernels.toDoubles(kernel.value()), "kernel_dft", transform(kernels, raw.system(), length)), grads);
    }

    private static RawModes raw(GoldenCase golden, int channels, int n) {
        Layout layout = new Layout(1, channels, channels, n, false, Transform.EXP, Transform.NONE, Transform.NONE);
        double[] cRe = golden.input("C_re").require("inputs.C_re", channels, n).data();
        double[] cIm = golden.input("C_im").require("inputs.C_im", channels, n).data();
        double[] b = new double[2 * channels * n];
        double[] c = new double[2 * channels * n];
        for (int i = 0; i < channels * n; i++) {
            b[2 * i] = 1;
            c[2 * i] = cRe[i];
            c[2 * i + 1] = cIm[i];
        }
        return new RawModes(layout, golden.input("log_dt").require("inputs.log_dt", channels).data(),
                S4dLayerGoldenCheck.negated(golden.input("A_re").require("inputs.A_re", channels, n).data()),
                S4dLayerGoldenCheck.negated(golden.input("A_im").require("inputs.A_im", channels, n).data()), b, c);
    }

    /**
     * Σ w (1 − Ā^L) / (1 − Ā ζ) over the poles and their conjugates, through the kernel for bilinear systems: with p = 2 (Ā − 1) / (Ā + 1),
     * 1 / (1 − Ā ζ) = 2 / (1 + ζ) · (1 − p/2) / (z − p).
     */
    private static double[] transform(Kernels kernels, DiagonalSystem system, int length) {
        Complex[] step = system.logA(Discretization.ZERO_ORDER_HOLD);
        Complex[] input = system.discreteB(Discretization.ZERO_ORDER_HOLD);
        Complex[] poles = new Complex[step.length];
        Complex[] left = new Complex[step.length];
        Complex[] right = new Complex[step.length];
        for (int i = 0; i < step.length; i++) {
            Complex a = step[i].exp();
            poles[i] = a.plus(-1).times(2).over(a.plus(1));
            left[i] = input[i].times(poles[i].times(-0.5).plus(1));
            right[i] = system.c()[i].times(step[i].times(length).exp().negated().plus(1));
        }
        LowRankModes modes = new LowRankModes(system.channels(), system.modes(), 1, 0, ComplexArrays.real(poles),
                ComplexArrays.imaginary(poles), ComplexArrays.real(left), ComplexArrays.imaginary(left), ComplexArrays.real(right),
                ComplexArrays.imaginary(right));
        int frequencies = CauchyKernel.frequencies(length);
        Tensor re = kernels.zeros(system.channels(), frequencies);
        Tensor im = kernels.zeros(system.channels(), frequencies);
        kernels.cauchyKernel().forward(modes, length, re, im);
        double[] realParts = kernels.toDoubles(re);
        double[] imaginaryParts = kernels.toDoubles(im);
        double[] out = new double[2 * system.channels() * length];
        for (int h = 0; h < system.channels(); h++) {
            for (int k = 0; k < length; k++) { // the upper half are the conjugates of the lower
                int from = h * frequencies + Math.min(k, length - k);
                out[2 * (h * length + k)] = realParts[from];
                out[2 * (h * length + k) + 1] = 2 * k > length ? -imaginaryParts[from] : imaginaryParts[from];
            }
        }
        return out;
    }

    /** As the makers of the cases ask for float64 loops. */
    @Override
    public Bounds doublePrecisionBounds(GoldenCase golden) {
        return new Bounds(1e-11, 1e-10, 1);
    }

    /** As the makers of the cases ask for float32: tables rounded once, sums of 2n terms. */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(2e-5, 1e-4, 1);
    }
}
