package io.longwave.ssm.longconv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import io.longwave.kernel.AdamW;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.sequence.ArraySteps;
import io.longwave.ssm.sequence.DiagonalRecurrence;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.sequence.SequenceLayerContract;
import io.longwave.ssm.sequence.SequenceRecurrence;
import io.longwave.ssm.tape.DropoutStream;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import tools.jackson.databind.node.ObjectNode;

class LongConvLayerTest extends SequenceLayerContract {
    private static final Kernels SIMD = new SimdKernels(2);

    @Override
    protected LayerFamily family() {
        return new LongConvFamily();
    }

    /** Taps of a size at which squash and smooth both matter. */
    @Override
    protected ObjectNode config(int length) {
        return new LongConvFamily().defaultConfig(length).put("squashRamp", 0).put("squash", 0.003).put("smooth", 1);
    }

    private static SequenceLayer layer(ParameterSet parameters, ObjectNode config, int channels) {
        return new LongConvFamily().create(parameters, "", config, channels, 64, new SplittableRandom(5));
    }

    @Test
    void atLeastOneTapInTwentyIsAliveBeforeTraining() {
        for (String initial : new String[]{"RANDOM", "GEOMETRIC"}) {
            ObjectNode config = new LongConvFamily().defaultConfig(256).put("initial", initial).put("squash", 0.003);
            ParameterSet parameters = new ParameterSet(SIMD);
            SequenceLayer layer = layer(parameters, config, 16);
            Tape tape = new Tape(SIMD, new DropoutStream(0, 1));
            double[] impulse = new double[16 * 256];
            for (int h = 0; h < 16; h++) {
                impulse[h * 256] = 1;
            }
            Variable y = layer.record(tape, tape.constant(SIMD.of(impulse, 16, 1, 256)));
            tape.forward();
            long alive = java.util.Arrays.stream(SIMD.toDoubles(y.value())).filter(tap -> Math.abs(tap) > 1e-6).count();
            assertThat(alive).isGreaterThan(16 * 256 / 20);
        }
    }

    @Test
    void theThresholdRisesOverTheFirstStepsOfTrainingAndIsStoredWithTheWeights() {
        Kernels kernels = new ReferenceKernels();
        ParameterSet parameters = new ParameterSet(kernels);
        SequenceLayer layer = layer(parameters, new LongConvFamily().defaultConfig(32).put("squash", 0.5).put("squashRamp", 4), 2);
        Tape training = new Tape(kernels, new DropoutStream(0, 1));
        layer.record(training, training.constant(kernels.zeros(2, 1, 32)));
        for (double expected : new double[]{0, 0.125, 0.25, 0.375, 0.5, 0.5}) {
            training.forward();
            assertThat(kernels.toDoubles(parameters.get("threshold").variable().value())[0]).isCloseTo(expected, within(1e-12));
            parameters.update(AdamW.Settings.of(0, 0));
        }
        Tape forecast = new Tape(kernels, null);
        layer.record(forecast, forecast.constant(kernels.zeros(2, 1, 32)));
        forecast.forward();
        assertThat(kernels.toDoubles(parameters.get("threshold").variable().value())[0]).isEqualTo(0.5);
    }

    @Test
    void kernelDropoutDrawsAnotherMaskAtEachStepAndNoneOutsideTraining() {
        ParameterSet parameters = new ParameterSet(SIMD);
        SequenceLayer layer = layer(parameters, new LongConvFamily().defaultConfig(64).put("kernelDropout", 0.5).put("squash", 0), 2);
        double[] impulse = new double[2 * 64];
        impulse[0] = 1;
        impulse[64] = 1;
        Tape training = new Tape(SIMD, new DropoutStream(0, 1));
        Variable y = layer.record(training, training.constant(SIMD.of(impulse, 2, 1, 64)));
        training.forward();
        double[] first = SIMD.toDoubles(y.value());
        training.forward();
        assertThat(SIMD.toDoubles(y.value())).isEqualTo(first);
        parameters.update(AdamW.Settings.of(0, 0));
        training.forward();
        assertThat(SIMD.toDoubles(y.value())).isNotEqualTo(first);
        Tape forecast = new Tape(SIMD, null);
        Variable all = layer.record(forecast, forecast.constant(SIMD.of(impulse, 2, 1, 64)));
        forecast.forward();
        double[] taps = SIMD.toDoubles(parameters.get("taps").variable().value());
        double[] skip = SIMD.toDoubles(parameters.get("skip").variable().value());
        double[] response = SIMD.toDoubles(all.value());
        for (int i = 0; i < taps.length; i++) {
            assertThat(response[i]).isCloseTo(taps[i] + (i % 64 == 0 ? skip[i / 64] : 0), within(1e-5));
        }
    }

    /** Taps that a few decays make up are streamed as those decays. */
    @Test
    void aSmoothKernelIsStreamedAsASmallStateSpaceModelThatAgreesWithTheTaps() {
        int channels = 3;
        int taps = 200;
        ParameterSet parameters = new ParameterSet(SIMD);
        SequenceLayer layer = layer(parameters, new LongConvFamily().defaultConfig(taps).put("squash", 0), channels);
        double[] values = new double[channels * taps];
        for (int h = 0; h < channels; h++) {
            for (int m = 0; m < taps; m++) {
                values[h * taps + m] = Math.exp(-m / (10.0 + 15 * h)) * Math.cos(0.3 * h * m) - 0.4 * Math.exp(-m / 3.0);
            }
        }
        SIMD.upload(values, parameters.get("taps").variable().value());
        SequenceRecurrence small = layer.recurrence().orElseThrow();
        assertThat(small).isInstanceOf(DiagonalRecurrence.class);
        assertThat(small.stateSize()).isLessThan(channels * 16);
        ParameterSet exactParameters = new ParameterSet(SIMD);
        SequenceLayer exactLayer = layer(exactParameters, new LongConvFamily().defaultConfig(taps).put("squash", 0).put("streamOrder", 0),
                channels);
        SIMD.upload(values, exactParameters.get("taps").variable().value());
        SIMD.copy(parameters.get("skip").variable().value(), exactParameters.get("skip").variable().value(), false);
        SequenceRecurrence exact = exactLayer.recurrence().orElseThrow();
        assertThat(exact).isInstanceOf(FiniteRecurrence.class);
        SplittableRandom random = new SplittableRandom(1);
        ArraySteps smallSteps = new ArraySteps(SIMD, small, 1);
        ArraySteps exactSteps = new ArraySteps(SIMD, exact, 1);
        float[] found = new float[channels];
        float[] expected = new float[channels];
        for (int t = 0; t < taps; t++) {
            float[] u = new float[channels];
            for (int h = 0; h < channels; h++) {
                u[h] = (float) random.nextGaussian();
            }
            smallSteps.step(u, found);
            exactSteps.step(u, expected);
            for (int h = 0; h < channels; h++) {
                assertThat(found[h]).isCloseTo(expected[h], within(0.02f)); // 1e-3 of a response of norm up to 4, summed over white noise
            }
        }
    }

    @Test
    void aKernelThatNoSmallModelFitsIsStreamedByItsTaps() {
        SequenceLayer layer = layer(new ParameterSet(SIMD), new LongConvFamily().defaultConfig(200).put("initial", "RANDOM"), 3);
        assertThat(layer.recurrence().orElseThrow().stateSize()).isEqualTo(3 * 200);
    }

    @Test
    void refusesASettingItDoesNotKnow() {
        assertThatThrownBy(() -> layer(new ParameterSet(SIMD), new LongConvFamily().defaultConfig(8).put("lambda", 1), 2))
                .hasMessageContaining("unknown setting lambda of longconv");
        assertThatThrownBy(() -> layer(new ParameterSet(SIMD), new LongConvFamily().defaultConfig(8).put("taps", 0), 2))
                .hasMessageContaining("setting taps of longconv: expected a whole number of at least 1 but was 0");
    }
}
