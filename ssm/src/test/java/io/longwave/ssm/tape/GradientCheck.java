package io.longwave.ssm.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

/**
 * Holds the backward pass of something recorded on a tape against central differences of its forward pass, for what it is given and for all
 * trained tensors. Differences are of Σ w · y with random w, so use the float64 kernels.
 */
public final class GradientCheck {
    private static final double STEP = 1e-5;
    private static final int SAMPLES = 12;

    private GradientCheck() {}

    /**
     * @param parameters the recorded network reads
     * @param input values of the input, shaped [dims]
     * @param recorded records the network on the tape and returns its output
     * @param dropouts for a training pass, or null
     * @param tolerance of a gradient, relative to the largest of its tensor or 1
     */
    public static void check(Kernels kernels, ParameterSet parameters, double[] input, int[] dims,
            Function<Recording, Variable> recorded, @Nullable DropoutStream dropouts, double tolerance) {
        Tape tape = new Tape(kernels, dropouts);
        Variable x = Variable.trained(kernels, kernels.of(input, dims));
        Variable y = recorded.apply(new Recording(tape, x));
        SplittableRandom random = new SplittableRandom(11);
        double[] w = random.doubles(y.value().size(), -1, 1).toArray();
        Tensor weights = kernels.of(w, y.value().shape().toArray());
        tape.record(() -> {}, () -> {
            boolean add = y.accumulate();
            kernels.copy(weights, y.gradient(), add);
        });
        tape.forward();
        parameters.forgetGradients();
        x.forgetGradient();
        tape.backward();
        compare("input", kernels, tape, x, y, w, random, tolerance);
        for (ParameterSet.Entry entry : parameters.trained()) {
            compare(entry.name(), kernels, tape, entry.variable(), y, w, random, tolerance);
        }
    }

    /** What a network is recorded with. */
    public record Recording(Tape tape, Variable input) {}

    private static void compare(String name, Kernels kernels, Tape tape, Variable variable, Variable y, double[] w, SplittableRandom random,
            double tolerance) {
        assertThat(variable.reached()).as("%s has a gradient", name).isTrue();
        double[] gradient = kernels.toDoubles(variable.gradient());
        double[] values = kernels.toDoubles(variable.value());
        double scale = 1;
        for (double g : gradient) {
            scale = Math.max(scale, Math.abs(g));
        }
        for (int s = 0; s < Math.min(SAMPLES, values.length); s++) {
            int i = values.length <= SAMPLES ? s : random.nextInt(values.length);
            double keep = values[i];
            values[i] = keep + STEP;
            double up = weighted(kernels, tape, variable, values, y, w);
            values[i] = keep - STEP;
            double down = weighted(kernels, tape, variable, values, y, w);
            values[i] = keep;
            kernels.upload(values, variable.value());
            assertThat(gradient[i]).as("gradient of %s[%d]", name, i).isCloseTo((up - down) / (2 * STEP), within(tolerance * scale));
        }
    }

    private static double weighted(Kernels kernels, Tape tape, Variable variable, double[] values, Variable y, double[] w) {
        kernels.upload(values, variable.value());
        tape.forward();
        double[] out = kernels.toDoubles(y.value());
        double sum = 0;
        for (int i = 0; i < w.length; i++) {
            sum += w[i] * out[i];
        }
        return sum;
    }
}
