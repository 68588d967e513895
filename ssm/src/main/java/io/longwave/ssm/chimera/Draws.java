package io.longwave.ssm.chimera;

import java.util.Arrays;
import java.util.SplittableRandom;

import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.ParameterSet.Group;
import io.longwave.ssm.tape.Variable;

/** Initial weights, drawn in the order they are asked for. */
record Draws(ParameterSet parameters, SplittableRandom random) {

    /** U(−s/√fanIn, s/√fanIn), with weight decay. */
    Variable uniform(String name, double scale, int fanIn, int... dims) {
        double bound = scale / Math.sqrt(fanIn);
        return parameters.trained(name, random.doubles(size(dims), -bound, bound).toArray(), dims);
    }

    /** The same without weight decay. */
    Variable bias(String name, int fanIn, int dim) {
        double bound = 1 / Math.sqrt(fanIn);
        return parameters.trained(name, Group.NO_DECAY, random.doubles(dim, -bound, bound).toArray(), dim);
    }

    /** N(0, deviation), without weight decay. */
    Variable normal(String name, double deviation, int... dims) {
        double[] values = new double[size(dims)];
        for (int i = 0; i < values.length; i++) {
            values[i] = deviation * random.nextGaussian();
        }
        return parameters.trained(name, Group.NO_DECAY, values, dims);
    }

    /** One number everywhere, without weight decay. */
    Variable constant(String name, double value, int... dims) {
        double[] values = new double[size(dims)];
        Arrays.fill(values, value);
        return parameters.trained(name, Group.NO_DECAY, values, dims);
    }

    /** log(n + 1) for mode n of each of the rows, [rows, modes], without weight decay. */
    Variable logModes(String name, int rows, int modes) {
        double[] values = new double[rows * modes];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.log(i % modes + 1.0);
        }
        return parameters.trained(name, Group.NO_DECAY, values, rows, modes);
    }

    /** What softplus turns into a number whose logarithm is uniform between two bounds, without weight decay. */
    Variable steps(String name, double least, double most, int dim) {
        double[] values = new double[dim];
        for (int i = 0; i < dim; i++) {
            double step = least * Math.exp(random.nextDouble() * Math.log(most / least));
            values[i] = step + Math.log(-Math.expm1(-step));
        }
        return parameters.trained(name, Group.NO_DECAY, values, dim);
    }

    private static int size(int... dims) {
        int size = 1;
        for (int dim : dims) {
            size *= dim;
        }
        return size;
    }
}
