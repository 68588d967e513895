package io.longwave.ssm.ptd;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.discretize.DiagonalSystem;
import io.longwave.ssm.discretize.Discretization;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.hippo.Hippo;
import io.longwave.ssm.hippo.NormalPlusLowRank;
import io.longwave.tensor.Tensor;

/** Cases {@code ptd}: LegS with a given perturbation, its eigenvalues, three transfer functions and the kernel. */
record PtdGoldenCheck() implements GoldenCheck {

    @Override
    public String kind() {
        return "ptd";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int n = golden.configInt("N");
        int length = golden.configInt("L");
        double dt = golden.configNumber("dt");
        Hippo.Measure measure = golden.configPresent("measure") ? Hippo.Measure.of(golden.configText("measure")) : Hippo.Measure.LEGS;
        Hippo hippo = Hippo.of(measure, n);
        double[] c = golden.input("C").require("inputs.C", n).data();
        double[] frequencies = golden.input("freq").data();
        PerturbedHippo perturbed = PerturbedHippo.of(hippo, golden.input("E").require("inputs.E", n, n).data());

        Map<String, double[]> outputs = new LinkedHashMap<>();
        outputs.put("A", hippo.a());
        outputs.put("B", hippo.b());
        outputs.put("lambda", ComplexArrays.interleaved(perturbed.spectrum().toArray(Complex[]::new)));
        outputs.put("G_exact", values(TransferFunction.dense(hippo.a(), hippo.b(), c), frequencies));
        outputs.put("G_perturbed", values(TransferFunction.of(perturbed, c), frequencies));
        outputs.put("G_s4d", values(TransferFunction.normalPart(NormalPlusLowRank.of(hippo), c), frequencies));
        int modes = perturbed.modes().length;
        double[] steps = new double[modes];
        Arrays.fill(steps, dt);
        DiagonalSystem system = new DiagonalSystem(1, 1, modes, steps, perturbed.modes(), perturbed.b(), perturbed.readOut(c));
        Tensor kernel = kernels.zeros(1, length);
        kernels.vandermondeKernel().forward(system.kernelModes(Discretization.ZERO_ORDER_HOLD), 0, kernel);
        outputs.put("K_zoh_perturbed", kernels.toDoubles(kernel));
        return new Computed(outputs, Map.of());
    }

    private static double[] values(TransferFunction function, double[] frequencies) {
        return ComplexArrays.interleaved(Arrays.stream(frequencies).mapToObj(function::at).toArray(Complex[]::new));
    }

    /** Only the kernel is in float32; its weights are up to cond(V) times as large as what they add up to. */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(2e-5, 1e-4, 1);
    }
}
