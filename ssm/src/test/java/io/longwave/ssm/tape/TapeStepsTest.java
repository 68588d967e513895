package io.longwave.ssm.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.AdamW;
import io.longwave.kernel.CrossEntropyLoss.Weighting;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.Pointwise;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.Tensor;

class TapeStepsTest {
    private static final int[] LENGTHS = {5, 3};
    private final Kernels kernels = new ReferenceKernels();
    private final ParameterSet parameters = new ParameterSet(kernels);
    private final SplittableRandom random = new SplittableRandom(4);

    private Variable trained(String name, int... dims) {
        int size = 1;
        for (int dim : dims) {
            size *= dim;
        }
        return parameters.trained(name, random.doubles(size, -1, 1).toArray(), dims);
    }

    /** On a sequence of 4 channels, 2 series and 5 steps. */
    private void check(Function<GradientCheck.Recording, Variable> recorded, @Nullable DropoutStream dropouts) {
        // Central differences with step 1e-5 of functions of size 1: error 1e-10 of curvature and 1e-11 of rounding, with room.
        GradientCheck.check(kernels, parameters, random.doubles(40, -1, 1).toArray(), new int[]{4, 2, 5}, recorded, dropouts, 1e-8);
    }

    @Test
    void aResidualBlockHandsItsGradientBack() {
        Variable weight = trained("weight", 8, 4);
        Variable bias = trained("bias", 8);
        Variable gain = trained("gain", 4);
        Variable shift = trained("shift", 4);
        check(r -> {
            Variable normed = r.tape().layerNorm(r.input(), gain, shift, 1e-5);
            Variable y = r.tape().copyOf(r.input());
            r.tape().addGlu(r.tape().linear(r.tape().dropout(normed), weight, bias), y);
            return y;
        }, new DropoutStream(0.3, 7));
    }

    @Test
    void sumsProductsFunctionsAndViewsHandTheirGradientBack() {
        Variable weight = trained("weight", 4, 4);
        Variable gain = trained("gain", 4);
        Variable none = parameters.buffer("none", new double[4], 4);
        check(r -> {
            Tape tape = r.tape();
            Variable a = tape.linear(r.input(), weight, null);
            Variable b = tape.pointwise(Pointwise.Function.SILU, tape.rmsNorm(a, gain, none, 1e-5));
            Variable c = tape.plus(tape.times(a, b), tape.times(a, a));
            tape.addTo(c, -0.5, r.input());
            return tape.slice(tape.transposed(tape.glu(c).view(1, 4, 5)), 1, 2);
        }, null);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void poolingHandsItsGradientBackToValidStepsOnly(boolean mean) {
        check(r -> mean ? r.tape().meanOverTime(r.input(), LENGTHS) : r.tape().lastInTime(r.input(), LENGTHS), null);
    }

    @Test
    void batchNormTrainsWithTheStatisticsOfTheBatchAndRunsWithThoseOfTheTraining() {
        Variable gain = trained("gain", 4);
        Variable shift = trained("shift", 4);
        Variable mean = parameters.buffer("mean", new double[4], 4);
        Variable variance = parameters.buffer("variance", new double[]{1, 1, 1, 1}, 4);
        check(r -> r.tape().batchNorm(r.input(), LENGTHS, gain, shift, mean, variance, 1e-5, 0.1), new DropoutStream(0, 1));
        // The check ran the pass many times, so the running statistics have come to those of the batch.
        Tape trainingPass = new Tape(kernels, new DropoutStream(0, 1));
        Tape runningPass = new Tape(kernels, null);
        Variable x = trainingPass.constant(kernels.of(random.doubles(40, -1, 1).toArray(), 4, 2, 5));
        Variable trained = trainingPass.batchNorm(x, LENGTHS, gain, shift, mean, variance, 1e-5, 0.2);
        Variable run = runningPass.batchNorm(x, LENGTHS, gain, shift, mean, variance, 1e-5, 0.2);
        for (int i = 0; i < 200; i++) {
            trainingPass.forward();
        }
        runningPass.forward();
        double[] expected = kernels.toDoubles(trained.value());
        double[] found = kernels.toDoubles(run.value());
        double[] shifts = kernels.toDoubles(shift.value());
        for (int i = 0; i < expected.length; i++) {
            double sameVariance = shifts[i / 10] + (found[i] - shifts[i / 10]) * Math.sqrt(8.0 / 7); // the running variance is unbiased
            assertThat(sameVariance).isCloseTo(expected[i], within(1e-3));
        }
    }

    @Test
    void crossEntropyAndSquaresComeBackThroughAReshapedHead() {
        Variable weight = trained("weight", 3, 4);
        int[] labels = {2, 0};
        Tensor loss = kernels.zeros(2);
        Tape tape = new Tape(kernels, null);
        Variable x = Variable.trained(kernels, kernels.of(random.doubles(40, -1, 1).toArray(), 4, 2, 5));
        Variable logits = tape.linear(tape.meanOverTime(x, LENGTHS), weight, null);
        Tensor target = kernels.of(new double[6], 3, 2);
        tape.crossEntropy(logits, labels, new Weighting(0.1, new double[0]), loss, 0, 1);
        tape.meanSquaredError(logits, target, null, loss, 1, 0.5);
        tape.forward();
        parameters.forgetGradients();
        tape.backward();
        double[] gradient = kernels.toDoubles(weight.gradient());
        double[] w = kernels.toDoubles(weight.value());
        for (int i = 0; i < w.length; i++) {
            double keep = w[i];
            w[i] = keep + 1e-5;
            double up = total(tape, weight, w, loss);
            w[i] = keep - 1e-5;
            double down = total(tape, weight, w, loss);
            w[i] = keep;
            assertThat(gradient[i]).isCloseTo((up - down) / 2e-5, within(1e-8));
        }
    }

    private double total(Tape tape, Variable weight, double[] values, Tensor loss) {
        kernels.upload(values, weight.value());
        tape.forward();
        double[] parts = kernels.toDoubles(loss);
        return parts[0] + 0.5 * parts[1];
    }

    @Test
    void gradientsThatShareMemoryAreTheSameAndAreGivenUpAfterTheirStep() {
        Variable weight = trained("weight", 8, 4);
        Variable bias = trained("bias", 8);
        double[] input = random.doubles(40, -1, 1).toArray();
        double[][] gradients = new double[2][];
        for (int pass = 0; pass < 2; pass++) {
            Tape tape = new Tape(kernels, null);
            if (pass == 1) {
                tape.shareGradients();
            }
            Variable x = tape.constant(kernels.of(input, 4, 2, 5));
            Variable first = tape.glu(tape.linear(x, weight, bias));
            Variable second = tape.copyOf(first);
            tape.addGlu(tape.linear(tape.pointwise(Pointwise.Function.GELU, first), weight, bias), second);
            tape.addGlu(tape.linear(second.view(4, 10), weight, bias), second.view(4, 10));
            tape.meanSquaredError(second, kernels.zeros(4, 2, 5), null, kernels.zeros(1), 0, 1);
            for (int times = 0; times < 2; times++) {
                tape.forward();
                parameters.forgetGradients();
                tape.backward();
            }
            gradients[pass] = kernels.toDoubles(weight.gradient());
            if (pass == 1) {
                assertThatThrownBy(first::gradient).isInstanceOf(IllegalStateException.class);
            }
        }
        assertThat(gradients[1]).isEqualTo(gradients[0]);
    }

    @Test
    void gradientsThatAreTooLongAreScaledTogetherBeforeTheUpdate() {
        Variable a = parameters.trained("a", new double[]{0, 0}, 2);
        Variable b = parameters.trained("b", new double[]{0}, 1);
        AdamW.Settings settings = AdamW.Settings.of(0.1, 0);
        parameters.forgetGradients();
        kernels.upload(new double[]{3, 0}, a.gradientToAddTo());
        kernels.upload(new double[]{-4}, b.gradientToAddTo());
        parameters.update(settings, 1);
        assertThat(parameters.gradientNorm()).isCloseTo(5, within(1e-12));
        assertThat(kernels.toDoubles(parameters.get("a").first())).containsExactly(new double[]{0.06, 0}, within(1e-12));
        assertThat(kernels.toDoubles(parameters.get("b").first())).containsExactly(new double[]{-0.08}, within(1e-12));
        parameters.forgetGradients();
        kernels.upload(new double[]{0.1, 0}, a.gradientToAddTo());
        parameters.update(settings, 1);
        assertThat(parameters.gradientNorm()).isCloseTo(0.1, within(1e-12));
        assertThat(kernels.toDoubles(a.gradient())).containsExactly(0.1, 0);
    }
}
