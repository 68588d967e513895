package io.longwave.ssm.discretize;

import java.util.LinkedHashMap;
import java.util.Map;

import org.ejml.data.DMatrixRMaj;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.hippo.Hippo;

/** Cases {@code dense}: HiPPO systems under both discretisations, dense. */
public record DenseGoldenCheck() implements GoldenCheck {

    @Override
    public String kind() {
        return "dense";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int n = golden.configInt("N");
        int channels = golden.configInt("H");
        int length = golden.configInt("L");
        Hippo hippo = Hippo.of(Hippo.Measure.of(golden.configText("measure")), n);
        double[] dt = golden.input("dt").require("inputs.dt", channels).data();
        double[] c = golden.input("C").require("inputs.C", channels, n).data();
        DMatrixRMaj a = DMatrixRMaj.wrap(n, n, hippo.a());
        DMatrixRMaj b = DMatrixRMaj.wrap(n, 1, hippo.b());
        Map<String, double[]> outputs = new LinkedHashMap<>();
        outputs.put("A", hippo.a());
        outputs.put("B", hippo.b());
        for (String name : new String[]{"bilinear", "zoh"}) {
            double[] transitions = new double[channels * n * n];
            double[] inputs = new double[channels * n];
            double[] kernel = new double[channels * length];
            for (int h = 0; h < channels; h++) {
                DenseDiscretization step = name.equals("zoh")
                        ? DenseDiscretization.zeroOrderHold(a, b, dt[h])
                        : DenseDiscretization.bilinear(a, b, dt[h]);
                System.arraycopy(step.transition().getData(), 0, transitions, h * n * n, n * n);
                System.arraycopy(step.input().getData(), 0, inputs, h * n, n);
                System.arraycopy(step.kernel(java.util.Arrays.copyOfRange(c, h * n, (h + 1) * n), length), 0, kernel, h * length, length);
            }
            outputs.put("dA_" + name, transitions);
            outputs.put("dB_" + name, inputs);
            outputs.put("K_" + name, kernel);
        }
        return new Computed(outputs, Map.of());
    }

    /** Parameters are made in float64 whatever the kernels are. */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return Bounds.DOUBLE;
    }
}
