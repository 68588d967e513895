package io.longwave.ssm.hippo;

import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.golden.GoldenTensor;

/**
 * Cases {@code nplr}: the normal plus low-rank form. Eigenvectors have a free phase, so ours are turned by unit numbers that bring them
 * closest to the file's before V, P and B are compared; the file's eigenvectors are used for nothing else.
 */
public record NormalPlusLowRankGoldenCheck() implements GoldenCheck {

    @Override
    public String kind() {
        return "nplr";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int n = golden.configInt("N");
        int rank = golden.configInt("rank");
        Hippo hippo = Hippo.of(Hippo.Measure.of(golden.configText("measure")), n);
        NormalPlusLowRank form = NormalPlusLowRank.of(hippo, rank);
        GoldenTensor v = golden.section("outputs").get("V");
        if (v != null) {
            form = form.turned(phases(form.v(), ComplexArrays.of(v.require("outputs.V", n, n / 2, 2).data())));
        }
        Complex[] b = golden.configPresent("B_clip") ? form.clippedB(golden.configNumber("B_clip")) : form.b();
        Map<String, double[]> outputs = new LinkedHashMap<>();
        outputs.put("A", hippo.a());
        outputs.put("B_real", hippo.b());
        outputs.put("P_real", java.util.Arrays.stream(form.correction()).flatMapToDouble(java.util.Arrays::stream).toArray());
        outputs.put("W", ComplexArrays.interleaved(form.w()));
        outputs.put("V", ComplexArrays.interleaved(form.v()));
        outputs.put("P", ComplexArrays.interleaved(form.p()));
        outputs.put("B", ComplexArrays.interleaved(b));
        outputs.put("abs_B", java.util.Arrays.stream(b).mapToDouble(Complex::abs).toArray());
        Complex[][] withB = new Complex[rank][];
        Complex[][] withP = new Complex[rank * rank][];
        for (int r = 0; r < rank; r++) {
            withB[r] = conjugateProducts(form.p()[r], b);
            for (int s = 0; s < rank; s++) {
                withP[r * rank + s] = conjugateProducts(form.p()[r], form.p()[s]);
            }
        }
        outputs.put("phase_free_conjP_B", ComplexArrays.interleaved(withB));
        outputs.put("phase_free_conjP_P", ComplexArrays.interleaved(withP));
        return new Computed(outputs, Map.of());
    }

    private static Complex[] phases(Complex[][] ours, Complex[] theirs) {
        int count = ours[0].length;
        Complex[] out = new Complex[count];
        for (int m = 0; m < count; m++) {
            Complex overlap = Complex.ZERO;
            for (int i = 0; i < ours.length; i++) {
                overlap = overlap.plus(theirs[i * count + m].timesConjugate(ours[i][m]));
            }
            out[m] = overlap.abs() > 0.5 ? overlap.times(1 / overlap.abs()) : Complex.ONE;
        }
        return out;
    }

    /** conj(x) y. */
    private static Complex[] conjugateProducts(Complex[] x, Complex[] y) {
        Complex[] out = new Complex[x.length];
        for (int m = 0; m < x.length; m++) {
            out[m] = y[m].timesConjugate(x[m]);
        }
        return out;
    }

    /** Parameters are made in float64 whatever the kernels are. */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return Bounds.DOUBLE;
    }
}
