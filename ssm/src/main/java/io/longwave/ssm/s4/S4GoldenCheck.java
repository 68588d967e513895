package io.longwave.ssm.s4;

import java.util.Map;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

import io.longwave.kernel.CauchyKernel;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.discretize.DenseDiscretization;
import io.longwave.ssm.discretize.GoldenModes;
import io.longwave.ssm.discretize.RawModes.Layout;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCaseException;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.golden.GoldenTensor;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/** Cases {@code s4}: the kernel of a diagonal plus low-rank system on every step of its way, its step mode, its gradients. */
record S4GoldenCheck() implements GoldenCheck {

    @Override
    public String kind() {
        return "s4";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        GoldenModes modes = GoldenModes.read(golden);
        Layout layout = modes.layout();
        if (golden.configPresent("disc") && !golden.configText("disc").equals("bilinear")) {
            throw new GoldenCaseException("expected config.disc = bilinear but was " + golden.configText("disc"));
        }
        int length = golden.configInt("L");
        int taps = golden.configPresent("l_max") ? Math.max(length, golden.configInt("l_max")) : length;
        int rank = golden.configPresent("rank") ? golden.configInt("rank") : golden.param("P").shape()[0];
        double[] p = golden.param("P").require("params.P", rank, layout.copies(), layout.modes(), 2).data();
        ParameterSet parameters = new ParameterSet(kernels);
        Tape tape = new Tape(kernels, null);
        LowRankParameters s4 = LowRankParameters.register(parameters, "", modes.raw(), p, rank);
        Variable kernel = s4.kernel(tape, taps);
        weigh(golden, tape, kernel, layout, length);
        tape.forward();
        parameters.forgetGradients();
        tape.backward();

        // what follows the parameters in float64 comes from the file's own numbers
        LowRankSystem system = new LowRankSystem(modes.raw().system(), LowRankParameters.expanded(layout, rank, p));
        Complex[] c = system.original(taps);
        Map<String, double[]> outputs = modes.systemOutputs(system.diagonal());
        outputs.remove("A");
        outputs.remove("C");
        outputs.put("A_diag", ComplexArrays.interleaved(system.diagonal().a()));
        outputs.put("P", ComplexArrays.interleaved(system.p()));
        outputs.put("C_tilde", ComplexArrays.interleaved(system.diagonal().c()));
        outputs.put("C_original", ComplexArrays.interleaved(c));
        putFrequencies(outputs, taps);
        outputs.put("cauchy", sums(kernels, system, taps));
        double[] cut = cut(kernels.toDoubles(kernel.value()), taps, length);
        outputs.put("K", cut);
        putSteps(outputs, modes, golden, system.withC(c), length);
        if (modes.hasInput()) {
            outputs.put("y", modes.output(kernels, kernels.of(cut, layout.heads() * layout.channels(), length), length));
        }
        return new Computed(outputs, modes.gradients(parameters, kernels));
    }

    private static void weigh(GoldenCase golden, Tape tape, Variable kernel, Layout layout, int length) {
        double[] weight = golden.lossWeight("kernel_weight", layout.heads(), layout.channels(), length).data();
        double[] padded = new double[kernel.value().size()];
        for (int row = 0; row < kernel.dim(0); row++) {
            System.arraycopy(weight, row * length, padded, row * kernel.dim(1), length);
        }
        Tensor tensor = tape.kernels().of(padded, kernel.dim(0), kernel.dim(1));
        tape.record(() -> {}, () -> tape.kernels().copy(tensor, kernel.gradient(), kernel.accumulate()));
    }

    private static double[] cut(double[] rows, int from, int to) {
        double[] out = new double[rows.length / from * to];
        for (int row = 0; row < rows.length / from; row++) {
            System.arraycopy(rows, row * from, out, row * to, to);
        }
        return out;
    }

    private static void putFrequencies(Map<String, double[]> outputs, int taps) {
        int frequencies = CauchyKernel.frequencies(taps);
        Complex[] omega = new Complex[frequencies];
        Complex[] z = new Complex[frequencies];
        for (int k = 0; k < frequencies; k++) {
            omega[k] = new Complex(0, -2 * Math.PI * k / taps).exp();
            z[k] = omega[k].negated().plus(1).times(2).over(omega[k].plus(1));
        }
        outputs.put("omega", ComplexArrays.interleaved(omega));
        outputs.put("z", ComplexArrays.interleaved(z));
    }

    private static double[] sums(Kernels kernels, LowRankSystem system, int taps) {
        var modes = system.modes();
        int rows = modes.lefts() * modes.rights() * modes.channels();
        Tensor re = kernels.zeros(rows, CauchyKernel.frequencies(taps));
        Tensor im = kernels.zeros(rows, CauchyKernel.frequencies(taps));
        kernels.cauchyKernel().sums(modes, taps, re, im);
        double[] realParts = kernels.toDoubles(re);
        double[] imaginaryParts = kernels.toDoubles(im);
        double[] out = new double[2 * realParts.length];
        for (int i = 0; i < realParts.length; i++) {
            out[2 * i] = realParts[i];
            out[2 * i + 1] = imaginaryParts[i];
        }
        return out;
    }

    /** dA, dB and dC over both members, the state after the input from zero, and what a starting state puts out. */
    private static void putSteps(Map<String, double[]> outputs, GoldenModes golden, GoldenCase file, LowRankSystem system, int length) {
        int n = system.diagonal().modes();
        int channels = system.diagonal().channels();
        int heads = system.diagonal().heads();
        int batch = golden.hasInput() ? golden.batch() : 0;
        double[] u = golden.hasInput() ? golden.input(length) : new double[0];
        Complex[] start = golden.hasInput() ? golden.initialState() : new Complex[0];
        Complex[] dA = new Complex[channels * 4 * n * n];
        Complex[] dB = new Complex[channels * 2 * n];
        Complex[] dC = new Complex[heads * channels * 2 * n];
        Complex[] last = new Complex[batch * channels * 2 * n];
        double[] fromStart = new double[batch * heads * channels * length];
        for (int h = 0; h < channels; h++) {
            DenseDiscretization step = system.discretized(h);
            putBothMembers(step.transition(), n, dA, h * 4 * n * n);
            putBothMembers(step.input().getData(), n, dB, h * 2 * n);
            for (int head = 0; head < heads; head++) {
                for (int m = 0; m < n; m++) {
                    Complex c = system.diagonal().c()[(head * channels + h) * n + m];
                    dC[(head * channels + h) * 2 * n + m] = c;
                    dC[(head * channels + h) * 2 * n + n + m] = c.conjugate();
                }
            }
            for (int s = 0; s < batch; s++) {
                DMatrixRMaj state = new DMatrixRMaj(2 * n, 1);
                DMatrixRMaj free = new DMatrixRMaj(2 * n, 1);
                for (int m = 0; m < n; m++) {
                    free.set(m, 0, start[(s * channels + h) * n + m].re());
                    free.set(n + m, 0, start[(s * channels + h) * n + m].im());
                }
                for (int t = 0; t < length; t++) {
                    state = moved(step.transition(), state);
                    CommonOps_DDRM.addEquals(state, u[(s * channels + h) * length + t], step.input());
                    free = moved(step.transition(), free);
                    for (int head = 0; head < heads; head++) {
                        fromStart[((s * heads + head) * channels + h) * length + t] = read(system, head, h, free);
                    }
                }
                putBothMembers(state.getData(), n, last, (s * channels + h) * 2 * n);
            }
        }
        outputs.put("dA", ComplexArrays.interleaved(dA));
        outputs.put("dB", ComplexArrays.interleaved(dB));
        outputs.put("dC", ComplexArrays.interleaved(dC));
        GoldenTensor state = file.section("outputs").get("final_state");
        outputs.put("final_state", state != null && state.data().length == 2 * last.length / 2
                ? storedMembers(last, n)
                : ComplexArrays.interleaved(last));
        outputs.put("K_state", fromStart);
    }

    private static DMatrixRMaj moved(DMatrixRMaj transition, DMatrixRMaj state) {
        DMatrixRMaj out = new DMatrixRMaj(state.numRows, 1);
        CommonOps_DDRM.mult(transition, state, out);
        return out;
    }

    private static double read(LowRankSystem system, int head, int channel, DMatrixRMaj state) {
        int n = system.diagonal().modes();
        double sum = 0;
        for (int m = 0; m < n; m++) {
            Complex c = system.diagonal().c()[(head * system.diagonal().channels() + channel) * n + m];
            sum += 2 * (c.re() * state.get(m) - c.im() * state.get(n + m));
        }
        return sum;
    }

    private static double[] storedMembers(Complex[] both, int n) {
        Complex[] out = new Complex[both.length / 2];
        for (int i = 0; i < out.length; i++) {
            out[i] = both[i / n * 2 * n + i % n];
        }
        return ComplexArrays.interleaved(out);
    }

    private static void putBothMembers(double[] real, int n, Complex[] out, int at) {
        for (int m = 0; m < n; m++) {
            out[at + m] = new Complex(real[m], real[n + m]);
            out[at + n + m] = new Complex(real[m], -real[n + m]);
        }
    }

    /** [[X, Y], [Z, W]] acting on (re, im) is x ↦ S x + T conj(x), S = ((X + W) + i (Z − Y)) / 2, T = ((X − W) + i (Z + Y)) / 2. */
    private static void putBothMembers(DMatrixRMaj real, int n, Complex[] out, int at) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double x = real.get(i, j);
                double y = real.get(i, n + j);
                double z = real.get(n + i, j);
                double w = real.get(n + i, n + j);
                Complex s = new Complex((x + w) / 2, (z - y) / 2);
                Complex t = new Complex((x - w) / 2, (z + y) / 2);
                out[at + i * 2 * n + j] = s;
                out[at + i * 2 * n + n + j] = t;
                out[at + (n + i) * 2 * n + j] = t.conjugate();
                out[at + (n + i) * 2 * n + n + j] = s.conjugate();
            }
        }
    }

    /** The last frequency of an even length is the pole of the bilinear map: the file's numbers there are rounding. */
    @Override
    public boolean compares(GoldenCase golden, String tensor, int index) {
        int length = golden.configInt("L");
        int taps = golden.configPresent("l_max") ? Math.max(length, golden.configInt("l_max")) : length;
        boolean perFrequency = tensor.equals("omega") || tensor.equals("z") || tensor.equals("cauchy");
        int frequencies = CauchyKernel.frequencies(taps);
        return !perFrequency || taps % 2 != 0 || index / 2 % frequencies != frequencies - 1;
    }

    /** Everything but the parameters, the spectrum and the transform is in float64; a transform of L points adds log L roundings. */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(2e-4, 2e-4, 1e-3);
    }
}
