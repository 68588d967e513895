package io.longwave.ssm.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.TrainableModel;
import io.longwave.train.TrainableModel.OptimizerStep;
import io.longwave.train.classify.TrainableClassifier;
import io.longwave.train.reconstruct.TrainableReconstructor;
import tools.jackson.databind.node.ObjectNode;

class SequenceModelTest {
    private static final Kernels KERNELS = new SimdKernels(2);
    private static final SequenceModelFamily FAMILY = new SequenceModelFamily(new AverageLayers(), () -> KERNELS);
    private static final OptimizerStep STEP = new OptimizerStep(5e-3, 1e-3);

    private static ObjectNode small(ObjectNode config) {
        return config.put("width", 16).put("blocks", 2);
    }

    /** Two sines per window, each series with its own phase and level. */
    private static float[] waves(int batch, int rows, int variates, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] windows = new float[batch * rows * variates];
        for (int b = 0; b < batch; b++) {
            for (int v = 0; v < variates; v++) {
                double phase = random.nextDouble(6.28);
                double level = random.nextDouble(-2, 2);
                for (int t = 0; t < rows; t++) {
                    windows[(b * rows + t) * variates + v] = (float) (level + Math.sin(phase + 0.5 * t));
                }
            }
        }
        return windows;
    }

    private static double meanSquare(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum / a.length;
    }

    @ParameterizedTest
    @CsvSource({"true,LAST,false,1", "false,MEAN,true,1", "true,NONE,false,4", "false,LAST,true,2"})
    void aForecasterLearnsWavesBetterThanRepeatingTheLastValue(boolean independent, String offset, boolean scaled, int patch) {
        ObjectNode config = small(FAMILY.forecasters().defaultConfig(16, 4, 2)).put("independent", independent).put("offset", offset)
                .put("windowScale", scaled).put("patch", patch).put("dropout", 0.0);
        TrainableForecaster model = FAMILY.forecasters().create(config, 1);
        for (int i = 0; i < 250; i++) {
            model.trainStep(waves(16, 20, 2, i), 16, STEP);
        }
        float[] windows = waves(32, 20, 2, 12345);
        float[] lags = new float[32 * 16 * 2];
        float[] future = new float[32 * 4 * 2];
        float[] last = new float[future.length];
        for (int b = 0; b < 32; b++) {
            System.arraycopy(windows, b * 40, lags, b * 32, 32);
            System.arraycopy(windows, b * 40 + 32, future, b * 8, 8);
            for (int i = 0; i < 8; i++) {
                last[b * 8 + i] = windows[b * 40 + 30 + i % 2];
            }
        }
        float[] forecast = new float[future.length];
        model.forecast(lags, 32, forecast);
        assertThat(meanSquare(forecast, future)).isLessThan(0.2 * meanSquare(last, future));
    }

    /** Class 0 is slow, class 1 fast; lengths differ and what lies past them is not a number. */
    private static final class Tones {
        private final float[] sequences;
        private final int[] lengths;
        private final int[] labels;

        private Tones(int batch, int length, int channels, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            this.sequences = new float[batch * length * channels];
            this.lengths = new int[batch];
            this.labels = new int[batch];
            Arrays.fill(sequences, Float.NaN);
            for (int b = 0; b < batch; b++) {
                labels[b] = random.nextInt(2);
                lengths[b] = random.nextInt(length / 2, length + 1);
                double phase = random.nextDouble(6.28);
                for (int i = 0; i < lengths[b] * channels; i++) {
                    sequences[b * length * channels + i] = (float) Math.sin(phase + (labels[b] == 0 ? 0.1 : 0.9) * (i / channels));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"LAYER,true,1,1", "BATCH,true,2,1", "NONE,false,1,2", "RMS,false,2,3"})
    void aClassifierLearnsToTellSlowFromFast(SequenceConfig.Norm norm, boolean preNorm, int channels, int patch) {
        ObjectNode config = small(FAMILY.classifiers().defaultConfig(40, channels, 2)).put("norm", norm.name()).put("preNorm", preNorm)
                .put("patch", patch).put("shift", 0.1).put("gain", 0.2).put("noise", 0.05);
        TrainableClassifier model = FAMILY.classifiers().create(config, 1);
        for (int i = 0; i < 120; i++) {
            Tones tones = new Tones(16, 40, channels, i);
            double loss = model.trainStep(tones.sequences, tones.lengths, tones.labels, 16, 40, STEP);
            assertThat(loss).isFinite();
        }
        Tones tones = new Tones(64, 40, channels, 12345);
        float[] probabilities = new float[128];
        model.classify(tones.sequences, tones.lengths, 64, 40, probabilities);
        int right = 0;
        for (int b = 0; b < 64; b++) {
            assertThat(probabilities[2 * b] + probabilities[2 * b + 1]).isCloseTo(1f, org.assertj.core.data.Offset.offset(1e-5f));
            right += probabilities[2 * b + tones.labels[b]] > 0.5 ? 1 : 0;
        }
        assertThat(right).isGreaterThan(60);
    }

    @ParameterizedTest
    @EnumSource(SequenceConfig.Norm.class)
    void howFarASequenceIsPaddedDoesNotChangeItsProbabilities(SequenceConfig.Norm norm) {
        ObjectNode config = small(FAMILY.classifiers().defaultConfig(40, 1, 2)).put("norm", norm.name());
        TrainableClassifier model = FAMILY.classifiers().create(config, 1);
        float[] sequence = new float[20];
        Arrays.setAll(new double[20], i -> sequence[i] = (float) Math.sin(i));
        float[] tight = new float[2];
        float[] wide = new float[2];
        model.classify(sequence, new int[]{20}, 1, 20, tight);
        model.classify(Arrays.copyOf(sequence, 40), new int[]{20}, 1, 40, wide);
        assertThat(wide[0]).isCloseTo(tight[0], org.assertj.core.data.Offset.offset(1e-6f));
    }

    @Test
    void aReconstructorGivesBackWhatItLearntAndNotWhatItNeverSaw() {
        ObjectNode config = small(FAMILY.reconstructors().defaultConfig(32, 1)).put("noise", 0.05);
        assertThat(config.get("patch").intValue()).isEqualTo(8);
        TrainableReconstructor model = FAMILY.reconstructors().create(config, 1);
        for (int i = 0; i < 400; i++) {
            model.trainStep(waves(16, 32, 1, i), 16, STEP);
        }
        float[] usual = waves(16, 32, 1, 12345);
        float[] unusual = usual.clone();
        for (int b = 0; b < 16; b++) {
            for (int t = 16; t < 24; t++) {
                unusual[b * 32 + t] = usual[b * 32 + 16] + (t % 2 == 0 ? 1 : -1);
            }
        }
        float[] out = new float[usual.length];
        model.reconstruct(usual, 16, out);
        double small = meanSquare(out, usual);
        model.reconstruct(unusual, 16, out);
        assertThat(small).isLessThan(0.1);
        assertThat(meanSquare(out, unusual)).isGreaterThan(2 * small);
    }

    @Test
    void aBottleneckAsWideAsAStepIsRefused() {
        ObjectNode config = FAMILY.reconstructors().defaultConfig(32, 1).put("bottleneck", 8);
        assertThatThrownBy(() -> FAMILY.reconstructors().create(config, 1))
                .hasMessage("bottleneck: expected less than the 8 numbers of a step but was 8");
    }

    private interface Step<M> {
        double on(M model, int number);
    }

    private static <M extends TrainableModel> void resumesToTheSameBits(M one, M other, Step<M> step) {
        for (int i = 0; i < 3; i++) {
            step.on(one, i);
        }
        other.setWeights(one.weights());
        other.setTrainingState(one.trainingState());
        for (int i = 3; i < 6; i++) {
            assertThat(step.on(other, i)).isEqualTo(step.on(one, i));
        }
        for (int i = 0; i < one.weights().size(); i++) {
            assertThat(other.weights().get(i).values()).as(one.weights().get(i).name()).isEqualTo(one.weights().get(i).values());
        }
    }

    @Test
    void aModelReadBackTrainsOnToTheSameBits() {
        ObjectNode forecast = small(FAMILY.forecasters().defaultConfig(16, 4, 2)).put("dropout", 0.3);
        resumesToTheSameBits(FAMILY.forecasters().create(forecast, 1), FAMILY.forecasters().create(forecast, 1),
                (model, i) -> model.trainStep(waves(8, 20, 2, i), 8, STEP));
        ObjectNode classify = small(FAMILY.classifiers().defaultConfig(40, 1, 2)).put("norm", "BATCH").put("shift", 0.1).put("noise", 0.1);
        resumesToTheSameBits(FAMILY.classifiers().create(classify, 1), FAMILY.classifiers().create(classify, 1), (model, i) -> {
            Tones tones = new Tones(8, 40, 1, i);
            return model.trainStep(tones.sequences, tones.lengths, tones.labels, 8, 40, STEP);
        });
        ObjectNode reconstruct = small(FAMILY.reconstructors().defaultConfig(32, 3)).put("noise", 0.1);
        resumesToTheSameBits(FAMILY.reconstructors().create(reconstruct, 1), FAMILY.reconstructors().create(reconstruct, 1),
                (model, i) -> model.trainStep(waves(8, 32, 3, i), 8, STEP));
    }

    @Test
    void aSettingThatIsUnknownMissingOrOutOfRangeIsRefusedByName() {
        ObjectNode unknown = FAMILY.forecasters().defaultConfig(16, 4, 1).put("depth", 3);
        assertThatThrownBy(() -> FAMILY.forecasters().create(unknown, 1)).hasMessageStartingWith("unknown setting depth of average");
        ObjectNode missing = FAMILY.classifiers().defaultConfig(16, 1, 3);
        missing.remove("pooling");
        assertThatThrownBy(() -> FAMILY.classifiers().create(missing, 1))
                .hasMessage("setting pooling of average: expected one of [MEAN, LAST] but was nothing");
        ObjectNode wrong = FAMILY.reconstructors().defaultConfig(16, 1).put("width", 0);
        assertThatThrownBy(() -> FAMILY.reconstructors().create(wrong, 1))
                .hasMessage("setting width of average: expected a whole number of at least 1 but was 0");
        ObjectNode group = FAMILY.forecasters().defaultConfig(16, 4, 1);
        ((ObjectNode) group.get("layer")).put("slowest", "very");
        assertThatThrownBy(() -> FAMILY.forecasters().create(group, 1))
                .hasMessage("setting slowest of average: expected a number from 0.1 to 10.0 but was \"very\"");
    }

    @Test
    void copiesItsWeightsIntoArraysOfBefore() {
        TrainableClassifier model = FAMILY.classifiers().create(small(FAMILY.classifiers().defaultConfig(16, 1, 2)), 1);
        var copy = model.weights();
        model.trainStep(new float[]{1, 2, 3, 4}, new int[]{4}, new int[]{1}, 1, 4, STEP);
        model.copyWeights(copy);
        for (int t = 0; t < copy.size(); t++) {
            assertThat(copy.get(t).values()).containsExactly(model.weights().get(t).values());
        }
    }

    @Test
    void aShapeSeenAgainIsNotRecordedAgain() {
        AtomicInteger recorded = new AtomicInteger();
        LayerFamily counting = new LayerFamily() {
            private final AverageLayers layers = new AverageLayers();

            @Override
            public String name() {
                return layers.name();
            }

            @Override
            public ObjectNode defaultConfig(int length) {
                return layers.defaultConfig(length);
            }

            @Override
            public SequenceLayer create(ParameterSet parameters, String prefix, ObjectNode config, int channels, int length,
                    SplittableRandom random) {
                SequenceLayer layer = layers.create(parameters, prefix, config, channels, length, random);
                return new SequenceLayer() {
                    @Override
                    public Variable record(Tape tape, Variable u) {
                        recorded.incrementAndGet();
                        return layer.record(tape, u);
                    }

                    @Override
                    public Optional<SequenceRecurrence> recurrence() {
                        return layer.recurrence();
                    }
                };
            }
        };
        var family = new SequenceModelFamily(counting, () -> KERNELS).classifiers();
        TrainableClassifier model = family.create(small(family.defaultConfig(40, 1, 2)), 1);
        for (int i = 0; i < 18; i++) {
            int length = 20 + i % 6;
            model.classify(new float[2 * length], new int[]{length, 3}, 2, length, new float[4]);
        }
        assertThat(recorded.get()).isEqualTo(6 * 2); // six lengths, two blocks
        model.setWeights(model.weights());
        model.classify(new float[40], new int[]{20, 3}, 2, 20, new float[4]);
        assertThat(recorded.get()).isEqualTo(7 * 2);
    }

    @Test
    void aSequenceLongerThanTheModelWasMadeForIsRefused() {
        TrainableClassifier model = FAMILY.classifiers().create(small(FAMILY.classifiers().defaultConfig(16, 1, 2)), 1);
        assertThatThrownBy(() -> model.classify(new float[17], new int[]{17}, 1, 17, new float[2]))
                .hasMessage("length: expected at most 16 samples but was 17");
    }
}
