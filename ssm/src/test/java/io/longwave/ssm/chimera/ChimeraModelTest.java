package io.longwave.ssm.chimera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.longwave.checkpoint.Safetensors;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.TrainableModel;
import io.longwave.train.TrainableModel.OptimizerStep;
import io.longwave.train.classify.TrainableClassifier;
import io.longwave.train.reconstruct.TrainableReconstructor;
import tools.jackson.databind.node.ObjectNode;

class ChimeraModelTest {
    private static final Kernels KERNELS = new SimdKernels(2);
    private static final ChimeraFamily FAMILY = new ChimeraFamily(() -> KERNELS);
    private static final OptimizerStep STEP = new OptimizerStep(5e-3, 1e-3);

    private static ObjectNode small(ObjectNode config) {
        return config.put("width", 8).put("states", 4).put("stepRank", 2).put("dropout", 0.0);
    }

    /** The second series is the first one, later: what comes next in it is known. */
    private static float[] followers(int batch, int rows, int variates, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] windows = new float[batch * rows * variates];
        for (int b = 0; b < batch; b++) {
            double phase = random.nextDouble(6.28);
            double level = random.nextDouble(-2, 2);
            for (int v = 0; v < variates; v++) {
                for (int t = 0; t < rows; t++) {
                    windows[(b * rows + t) * variates + v] = (float) (level + Math.sin(phase + 0.5 * (t - 3 * v)));
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
    @CsvSource({"direct,true,true,false,1,false", "direct,false,true,true,2,false", "direct,false,false,false,4,true",
            "closedLoop,false,true,false,1,false", "closedLoop,false,true,true,4,false"})
    void aForecasterLearnsWavesBetterThanRepeatingTheLastValue(String decoder, boolean linearSkip, boolean normalized, boolean seriesLoss,
            int patch,
            boolean companion) {
        ObjectNode config = small(FAMILY.forecasters().defaultConfig(16, 4, 2)).put("decoder", decoder).put("linearSkip", linearSkip)
                .put("normalized", normalized).put("seriesLoss", seriesLoss).put("patch", patch).put("companionTrend", companion)
                .put("loopChannels", 8);
        TrainableForecaster model = FAMILY.forecasters().create(config, 1);
        for (int i = 0; i < 200; i++) {
            model.trainStep(followers(16, 20, 2, i), 16, STEP);
        }
        float[] windows = followers(32, 20, 2, 12345);
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
        assertThat(meanSquare(forecast, future)).isLessThan(0.3 * meanSquare(last, future));
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
    @CsvSource({"1,1", "2,1", "3,4"})
    void aClassifierLearnsToTellSlowFromFast(int channels, int patch) {
        ObjectNode config = small(FAMILY.classifiers().defaultConfig(40, channels, 2)).put("patch", patch).put("blocks", 1);
        TrainableClassifier model = FAMILY.classifiers().create(config, 1);
        for (int i = 0; i < 100; i++) {
            Tones tones = new Tones(16, 40, channels, i);
            assertThat(model.trainStep(tones.sequences, tones.lengths, tones.labels, 16, 40, STEP)).isFinite();
        }
        Tones tones = new Tones(64, 40, channels, 12345);
        float[] probabilities = new float[128];
        model.classify(tones.sequences, tones.lengths, 64, 40, probabilities);
        int right = 0;
        for (int b = 0; b < 64; b++) {
            assertThat(probabilities[2 * b] + probabilities[2 * b + 1]).isCloseTo(1f, within(1e-5f));
            right += probabilities[2 * b + tones.labels[b]] > 0.5 ? 1 : 0;
        }
        assertThat(right).isGreaterThan(58);
    }

    @Test
    void howFarASequenceIsPaddedDoesNotChangeItsProbabilities() {
        TrainableClassifier model = FAMILY.classifiers().create(small(FAMILY.classifiers().defaultConfig(40, 1, 2)).put("patch", 3), 1);
        float[] sequence = new float[20];
        for (int i = 0; i < sequence.length; i++) {
            sequence[i] = (float) Math.sin(i);
        }
        float[] tight = new float[2];
        float[] wide = new float[2];
        model.classify(sequence, new int[]{20}, 1, 20, tight);
        model.classify(Arrays.copyOf(sequence, 40), new int[]{20}, 1, 40, wide);
        assertThat(wide[0]).isCloseTo(tight[0], within(1e-6f));
    }

    @Test
    void aReconstructorGivesBackWhatItLearntAndNotWhatItNeverSaw() {
        ObjectNode config = small(FAMILY.reconstructors().defaultConfig(32, 2));
        assertThat(config.get("patch").intValue()).isEqualTo(8);
        TrainableReconstructor model = FAMILY.reconstructors().create(config, 1);
        for (int i = 0; i < 250; i++) {
            model.trainStep(followers(16, 32, 2, i), 16, STEP);
        }
        float[] usual = followers(16, 32, 2, 12345);
        float[] unusual = usual.clone();
        for (int b = 0; b < 16; b++) {
            for (int t = 16; t < 24; t++) {
                unusual[(b * 32 + t) * 2] = usual[(b * 32 + 16) * 2] + (t % 2 == 0 ? 1 : -1);
            }
        }
        float[] out = new float[usual.length];
        model.reconstruct(usual, 16, out);
        double small = meanSquare(out, usual);
        model.reconstruct(unusual, 16, out);
        assertThat(small).isLessThan(0.2);
        assertThat(meanSquare(out, unusual)).isGreaterThan(1.5 * small);
    }

    private interface Step<M> {
        double on(M model, int number);
    }

    private static <M extends TrainableModel> void resumesToTheSameBits(M one, M other, Step<M> step, Path file) {
        for (int i = 0; i < 3; i++) {
            step.on(one, i);
        }
        Safetensors.write(file, new Safetensors.Content(Map.of(), one.weights()));
        other.setWeights(Safetensors.read(file).tensors());
        Safetensors.write(file, new Safetensors.Content(Map.of(), one.trainingState()));
        other.setTrainingState(Safetensors.read(file).tensors());
        for (int i = 3; i < 6; i++) {
            assertThat(step.on(other, i)).isEqualTo(step.on(one, i));
        }
        for (int i = 0; i < one.weights().size(); i++) {
            assertThat(other.weights().get(i).values()).as(one.weights().get(i).name()).isEqualTo(one.weights().get(i).values());
        }
    }

    @Test
    void aModelReadBackFromAFileTrainsOnToTheSameBits(@TempDir Path folder) {
        Path file = folder.resolve("model.safetensors");
        for (String decoder : new String[]{"direct", "closedLoop"}) {
            ObjectNode forecast = small(FAMILY.forecasters().defaultConfig(16, 4, 2)).put("dropout", 0.3).put("decoder", decoder);
            resumesToTheSameBits(FAMILY.forecasters().create(forecast, 1), FAMILY.forecasters().create(forecast, 1), // the seed draws the masks

                    (model, i) -> model.trainStep(followers(8, 20, 2, i), 8, STEP), file);
        }
        ObjectNode classify = small(FAMILY.classifiers().defaultConfig(40, 2, 2));
        resumesToTheSameBits(FAMILY.classifiers().create(classify, 1), FAMILY.classifiers().create(classify, 2), (model, i) -> {
            Tones tones = new Tones(8, 40, 2, i);
            return model.trainStep(tones.sequences, tones.lengths, tones.labels, 8, 40, STEP);
        }, file);
        ObjectNode reconstruct = small(FAMILY.reconstructors().defaultConfig(32, 3));
        resumesToTheSameBits(FAMILY.reconstructors().create(reconstruct, 1), FAMILY.reconstructors().create(reconstruct, 2),
                (model, i) -> model.trainStep(followers(8, 32, 3, i), 8, STEP), file);
    }

    @Test
    void aSettingThatIsUnknownMissingOrOutOfRangeIsRefusedByName() {
        assertThatThrownBy(() -> FAMILY.forecasters().create(FAMILY.forecasters().defaultConfig(16, 4, 1).put("depth", 3), 1))
                .hasMessageStartingWith("unknown setting depth of chimera");
        assertThatThrownBy(
                () -> FAMILY.classifiers().create(FAMILY.classifiers().defaultConfig(16, 1, 3).put("discretization", "bilinear"), 1))
                .hasMessage("setting discretization of chimera: expected one of [zoh, exp, euler] but was \"bilinear\"");
        ObjectNode missing = FAMILY.forecasters().defaultConfig(16, 4, 1);
        missing.remove("linearSkip");
        assertThatThrownBy(() -> FAMILY.forecasters().create(missing, 1))
                .hasMessage("setting linearSkip of chimera: expected true or false but was nothing");
        assertThatThrownBy(() -> FAMILY.reconstructors().create(FAMILY.reconstructors().defaultConfig(32, 1).put("bottleneck", 8), 1))
                .hasMessage("bottleneck: expected less than the 8 samples of a patch but was 8");
        assertThatThrownBy(() -> FAMILY.forecasters()
                .create(FAMILY.forecasters().defaultConfig(16, 6, 1).put("decoder", "closedLoop").put("patch", 4), 1))
                .hasMessage("horizon: expected a multiple of the patch 4 for a closed loop but was 6");
    }
}
