package io.longwave.bench.chimera;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A bidirectional selective layer over a grid, y = SiLU(W x) (up + down), with random input and weights.
 *
 * @param batch B
 * @param variates V
 * @param steps T
 * @param channels E
 * @param modes N
 * @param x [E, V, T, B]
 * @param weights by direction and name: a1 to a4 [E, N], b1, b2, c1, c2 [N, E], step1 and step2 [E, E] with their bias [E], d [E]; and gate [E, E]
 */
record LayerProblem(int batch, int variates, int steps, int channels, int modes, double[] x, Map<String, double[]> weights) {

    static LayerProblem random(int batch, int variates, int steps, int channels, int modes) {
        SplittableRandom random = new SplittableRandom(1);
        Map<String, double[]> weights = new LinkedHashMap<>();
        double bound = 1 / Math.sqrt(channels);
        for (String direction : new String[]{"up.", "down."}) {
            for (String name : new String[]{"a1", "a4"}) {
                weights.put(direction + name, random.doubles(channels * modes, -modes, -1).toArray());
            }
            for (String name : new String[]{"a2", "a3"}) {
                weights.put(direction + name, random.doubles(channels * modes, -0.9, 0.9).toArray());
            }
            for (String name : new String[]{"b1", "b2", "c1", "c2"}) {
                weights.put(direction + name, random.doubles(modes * channels, -bound, bound).toArray());
            }
            for (String name : new String[]{"step1", "step2"}) {
                weights.put(direction + name, random.doubles(channels * channels, -bound, bound).toArray());
                weights.put(direction + name + ".bias", random.doubles(channels, -3, 0).toArray());
            }
            weights.put(direction + "d", random.doubles(channels, -1, 1).toArray());
        }
        weights.put("gate", random.doubles(channels * channels, -bound, bound).toArray());
        return new LayerProblem(batch, variates, steps, channels, modes,
                random.doubles(channels * variates * steps * batch, -1, 1).toArray(),
                weights);
    }

    double[] weight(String name) {
        double[] values = weights.get(name);
        if (values == null) {
            throw new IllegalArgumentException("no weight is called " + name + "; there are " + weights.keySet());
        }
        return values;
    }
}
