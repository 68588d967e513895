package io.longwave.ssm.mamba;

import java.util.SplittableRandom;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.ParameterSet.Group;
import io.longwave.ssm.tape.Variable;

/**
 * Weights of one layer; W_in and W_x of the equations stand as one matrix per result.
 *
 * @param x,z [E H, H]
 * @param convolution [E H, taps], newest input's tap first, with {@code convolutionBias} [E H]
 * @param deltaDown [R, E H], deltaUp [E H, R] with {@code deltaBias} [E H]
 * @param b,c [N, E H]
 * @param rates ln(−A), [E H, N]
 * @param skip D, [E H]
 * @param out [H, E H]
 */
record MambaParameters(Kernels kernels, MambaConfig config, Variable x, Variable z, Variable convolution, Variable convolutionBias,
        Variable deltaDown, Variable deltaUp, Variable deltaBias, Variable b, Variable c, Variable rates, Variable skip, Variable out) {

    /**
     * Starts as the published code does: A = −1, …, −N, D = 1, step sizes between the two of the configuration, all other weights uniform
     * within 1 / √inputs.
     */
    static MambaParameters draw(ParameterSet parameters, String prefix, MambaConfig config, int channels, SplittableRandom random) {
        int inner = config.expansion() * channels;
        int n = config.states();
        int rank = config.rank(channels);
        double[] rates = new double[inner * n];
        double[] bias = new double[inner];
        double[] skip = new double[inner];
        for (int h = 0; h < inner; h++) {
            for (int i = 0; i < n; i++) {
                rates[h * n + i] = Math.log(i + 1.0);
            }
            double step = config.smallestStep() * Math.pow(config.largestStep() / config.smallestStep(), random.nextDouble());
            bias[h] = step + Math.log(-Math.expm1(-step)); // softplus of this is the step size
            skip[h] = 1;
        }
        return new MambaParameters(parameters.kernels(), config, //
                uniform(parameters, prefix + "x.weight", Group.DEFAULT, inner, channels, random),
                uniform(parameters, prefix + "z.weight", Group.DEFAULT, inner, channels, random),
                uniform(parameters, prefix + "conv.weight", Group.DEFAULT, inner, config.taps(), random),
                parameters.trained(prefix + "conv.bias", Group.NO_DECAY, new double[inner], inner),
                uniform(parameters, prefix + "delta.down", Group.DEFAULT, rank, inner, random),
                uniform(parameters, prefix + "delta.up", Group.DEFAULT, inner, rank, random),
                parameters.trained(prefix + "delta.bias", Group.NO_DECAY, bias, inner),
                uniform(parameters, prefix + "b.weight", Group.DEFAULT, n, inner, random),
                uniform(parameters, prefix + "c.weight", Group.DEFAULT, n, inner, random),
                parameters.trained(prefix + "a_log", Group.NO_DECAY, rates, inner, n),
                parameters.trained(prefix + "d", Group.NO_DECAY, skip, inner),
                uniform(parameters, prefix + "out.weight", Group.DEFAULT, channels, inner, random));
    }

    private static Variable uniform(ParameterSet parameters, String name, Group group, int outputs, int inputs, SplittableRandom random) {
        double bound = 1 / Math.sqrt(inputs);
        return parameters.trained(name, group, random.doubles((long) outputs * inputs, -bound, bound).toArray(), outputs, inputs);
    }

    /** H. */
    int channels() {
        return out.dim(0);
    }

    /** E H. */
    int inner() {
        return out.dim(1);
    }
}
