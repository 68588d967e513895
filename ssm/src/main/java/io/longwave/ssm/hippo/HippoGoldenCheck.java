package io.longwave.ssm.hippo;

import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCaseException;
import io.longwave.ssm.golden.GoldenCheck;

/** Cases {@code hippo}: A and B of the measures that the file lists, keys {@code legs.A} and the like. */
public record HippoGoldenCheck() implements GoldenCheck {

    @Override
    public String kind() {
        return "hippo";
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        int n = golden.configInt("N");
        Map<String, double[]> outputs = new LinkedHashMap<>();
        for (String key : golden.section("outputs").keySet()) {
            int dot = key.lastIndexOf('.');
            if (dot < 0 || !(key.endsWith(".A") || key.endsWith(".B"))) {
                throw new GoldenCaseException("expected keys such as legs.A and legs.B among the outputs but was " + key);
            }
            boolean matrix = key.endsWith("A");
            golden.section("outputs").get(key).require("outputs." + key, matrix ? new int[]{n, n} : new int[]{n});
            Hippo hippo = Hippo.of(Hippo.Measure.of(key.substring(0, dot)), n);
            outputs.put(key, matrix ? hippo.a() : hippo.b());
        }
        return new Computed(outputs, Map.of());
    }

    /** Parameters are made in float64 whatever the kernels are. */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return Bounds.DOUBLE;
    }
}
