package io.longwave.ssm.discretize;

import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.Transform;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.discretize.RawModes.Layout;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCaseException;
import io.longwave.ssm.golden.GoldenTensor;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/**
 * What golden cases of diagonal and diagonal plus low-rank kernels have in common: raw parameters, the convolution with D u, and the
 * gradient of Σ kernel_weight K. Sizes are those of the tensors; the configuration must agree with them. A case without {@code A_imag} has
 * real A, B and C.
 */
public final class GoldenModes {
    private final GoldenCase golden;
    private final boolean complex;
    private final RawModes raw;

    private GoldenModes(GoldenCase golden, boolean complex, RawModes raw) {
        this.golden = golden;
        this.complex = complex;
        this.raw = raw;
    }

    /** @throws GoldenCaseException if a tensor is missing or sizes contradict each other */
    public static GoldenModes read(GoldenCase golden) {
        boolean complex = golden.section("params").containsKey("A_imag");
        int[] shape = golden.param("C").shape();
        if (shape.length != (complex ? 4 : 3)) {
            throw new GoldenCaseException("params.C: expected shape [channels, H, n" + (complex ? ", 2" : "") + "] but was "
                    + java.util.Arrays.toString(shape));
        }
        int heads = golden.configPresent("channels") ? golden.configInt("channels") : shape[0];
        int channels = golden.configInt("H");
        int n = shape[2];
        if (complex && 2 * n != golden.configInt("N")) {
            throw new GoldenCaseException("params.C: expected half of config.N = " + golden.configInt("N") + " modes but was " + n);
        }
        GoldenTensor aReal = golden.param("A_real");
        int copies = aReal.shape()[0];
        aReal.require("params.A_real", copies, n);
        if (golden.configPresent("n_ssm") && golden.configInt("n_ssm") != copies) {
            throw new GoldenCaseException(
                    "params.A_real: expected config.n_ssm = " + golden.configInt("n_ssm") + " rows but was " + copies);
        }
        GoldenTensor invDt = golden.param("inv_dt");
        boolean perMode = invDt.shape().length == 2 && invDt.shape()[1] != 1;
        invDt.require("params.inv_dt", channels, perMode ? n : 1);
        Layout layout = new Layout(heads, channels, copies, n, perMode, transform(golden, "dt_transform", Transform.EXP),
                transform(golden, "real_transform", Transform.EXP), transform(golden, "imag_transform", Transform.NONE));
        double[] b = complex
                ? golden.param("B").require("params.B", 1, copies, n, 2).data()
                : withZeros(golden.param("B").require("params.B", 1, copies, n).data());
        double[] c = complex
                ? golden.param("C").require("params.C", heads, channels, n, 2).data()
                : withZeros(golden.param("C").require("params.C", heads, channels, n).data());
        double[] aImag = complex ? golden.param("A_imag").require("params.A_imag", copies, n).data() : new double[copies * n];
        return new GoldenModes(golden, complex, new RawModes(layout, invDt.data(), aReal.data(), aImag, b, c));
    }

    private static Transform transform(GoldenCase golden, String key, Transform otherwise) {
        return golden.configPresent(key) ? Transform.of(golden.configText(key)) : otherwise;
    }

    private static double[] withZeros(double[] real) {
        double[] out = new double[2 * real.length];
        for (int i = 0; i < real.length; i++) {
            out[2 * i] = real[i];
        }
        return out;
    }

    private static double[] realParts(double[] pairs) {
        return ComplexArrays.real(ComplexArrays.of(pairs));
    }

    public RawModes raw() {
        return raw;
    }

    public Layout layout() {
        return raw.layout();
    }

    /** Registers the parameters. */
    public ModeParameters register(ParameterSet parameters) {
        return ModeParameters.register(parameters, "", raw);
    }

    /** dt, A, B and C after the transforms. */
    public Map<String, double[]> systemOutputs(DiagonalSystem system) {
        Map<String, double[]> outputs = new LinkedHashMap<>();
        double[] dt = new double[layout().steps()];
        for (int i = 0; i < dt.length; i++) {
            dt[i] = system.dt()[layout().stepPerMode() ? i : i * layout().modes()];
        }
        outputs.put("dt", dt);
        outputs.put("A", shaped("A", ComplexArrays.interleaved(system.a())));
        outputs.put("B", shaped("B", ComplexArrays.interleaved(system.b())));
        outputs.put("C", shaped("C", ComplexArrays.interleaved(system.c())));
        return outputs;
    }

    /** Without the imaginary parts where the file has none. */
    public double[] shaped(String output, double[] pairs) {
        GoldenTensor expected = golden.section("outputs").get(output);
        return expected != null && expected.data().length * 2 == pairs.length ? realParts(pairs) : pairs;
    }

    /** Makes Σ kernel_weight K what is differentiated. */
    public void weigh(Tape tape, Variable kernel) {
        int heads = layout().heads();
        int length = kernel.dim(1);
        double[] weight = golden.lossWeight("kernel_weight", heads, layout().channels(), length).data();
        Tensor weightTensor = tape.kernels().of(weight, kernel.dim(0), length);
        tape.record(() -> {}, () -> tape.kernels().copy(weightTensor, kernel.gradient(), kernel.accumulate()));
    }

    /** Gradients by the names of the file. */
    public Map<String, double[]> gradients(ParameterSet parameters, Kernels kernels) {
        Map<String, double[]> grads = new LinkedHashMap<>();
        for (ParameterSet.Entry entry : parameters.trained()) {
            Variable variable = entry.variable();
            double[] values = variable.reached() ? kernels.toDoubles(variable.gradient()) : new double[variable.value().size()];
            boolean pairs = entry.name().equals("B") || entry.name().equals("C") || entry.name().equals("P");
            grads.put(entry.name(), pairs && !complex ? realParts(values) : values);
        }
        return grads;
    }

    /** Whether the case has an input sequence. */
    public boolean hasInput() {
        return golden.section("inputs").containsKey("u");
    }

    public int batch() {
        return hasInput() ? golden.input("u").shape()[0] : golden.configInt("batch");
    }

    /** u, [batch, H, L]. */
    public double[] input(int length) {
        return golden.input("u").require("inputs.u", batch(), layout().channels(), length).data();
    }

    /**
     * y = K * u + D u, in the layout (batch, heads, H, L).
     *
     * @param kernel [heads · H, L]
     */
    public double[] output(Kernels kernels, Tensor kernel, int length) {
        int heads = layout().heads();
        int channels = layout().channels();
        int batch = batch();
        double[] u = input(length);
        double[] d = golden.input("D").data();
        if (golden.input("D").shape().length == 1) {
            golden.input("D").require("inputs.D", channels);
        } else {
            golden.input("D").require("inputs.D", heads, channels);
        }
        double[] skip = new double[heads * channels];
        for (int row = 0; row < skip.length; row++) {
            skip[row] = d[row % d.length];
        }
        Tensor y = kernels.zeros(heads * channels, batch, length);
        Tensor uTensor = kernels.of(swapLeading(u, batch, channels, length), channels, batch, length);
        kernels.causalConvolution().forward(uTensor, kernel, y, false);
        kernels.causalConvolution().addScaled(uTensor, kernels.of(skip, skip.length), y);
        return swapLeading(kernels.toDoubles(y), heads * channels, batch, length);
    }

    /** (first, second, run) to (second, first, run). */
    public static double[] swapLeading(double[] values, int first, int second, int run) {
        double[] out = new double[values.length];
        for (int i = 0; i < first; i++) {
            for (int j = 0; j < second; j++) {
                System.arraycopy(values, (i * second + j) * run, out, (j * first + i) * run, run);
            }
        }
        return out;
    }

    /** Starting states, [batch, H, n]; zeros when the case has none, nor an output that comes from one. */
    public Complex[] initialState() {
        int size = batch() * layout().channels() * layout().modes();
        Map<String, GoldenTensor> outputs = golden.section("outputs");
        if (!golden.section("inputs").containsKey("initial_state") && !outputs.containsKey("next_state")
                && !outputs.containsKey("K_state")) {
            return ComplexArrays.zeros(size);
        }
        GoldenTensor state = golden.input("initial_state");
        if (state.shape().length == 3) { // real
            return ComplexArrays
                    .of(withZeros(state.require("inputs.initial_state", batch(), layout().channels(), layout().modes()).data()));
        }
        return ComplexArrays.of(state.require("inputs.initial_state", batch(), layout().channels(), layout().modes(), 2).data());
    }
}
