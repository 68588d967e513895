package io.longwave.ssm.longconv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.AdamW;
import io.longwave.kernel.ButterflyFactors;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.sequence.SequenceLayerContract;
import io.longwave.ssm.sequence.SequenceModelFamily;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.train.TrainableModel;
import io.longwave.train.TrainableModel.NamedTensor;
import io.longwave.train.TrainableModel.OptimizerStep;
import io.longwave.train.classify.TrainableClassifier;
import io.longwave.train.reconstruct.TrainableReconstructor;
import tools.jackson.databind.node.ObjectNode;

class LearnedButterflyLayerTest extends SequenceLayerContract {
    private static final Kernels SIMD = new SimdKernels(2);
    private static final SequenceModelFamily MODELS = new SequenceModelFamily(new LongConvFamily(), () -> SIMD);

    @Override
    protected LayerFamily family() {
        return new LongConvFamily();
    }

    @Override
    protected ObjectNode config(int length) {
        return learned(family().defaultConfig(length).put("squashRamp", 0).put("squash", 0.003).put("smooth", 1));
    }

    private static ObjectNode learned(ObjectNode layer) {
        return layer.put("butterfly", "LEARNED");
    }

    /** A model with learned matrices. */
    private static ObjectNode modelOf(ObjectNode config) {
        config.put("width", 8).put("blocks", 1).put("dropout", 0.0);
        learned((ObjectNode) config.get("layer"));
        return config;
    }

    private static double[] whole(Kernels kernels, SequenceLayer layer, double[] u, int channels, int length) {
        Tape tape = new Tape(kernels, null);
        Variable y = layer.record(tape, tape.constant(kernels.of(u, channels, 1, length)));
        tape.forward();
        return kernels.toDoubles(y.value());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 100, 1100})
    void beforeTrainingItIsTheCausalConvolution(int length) {
        Kernels kernels = new ReferenceKernels();
        double[] u = new SplittableRandom(length).doubles(2 * length, -1, 1).toArray();
        ObjectNode fixed = family().defaultConfig(length);
        SequenceLayer convolution = family().create(new ParameterSet(kernels), "", fixed, 2, length, new SplittableRandom(3));
        SequenceLayer butterfly = family().create(new ParameterSet(kernels), "", learned(fixed.deepCopy()), 2, length,
                new SplittableRandom(3));
        double[] expected = whole(kernels, convolution, u, 2, length);
        double[] found = whole(kernels, butterfly, u, 2, length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within(1e-12));
        }
    }

    /** Largest change of what comes before the one number of the input that changes. */
    private static double lookAhead(Kernels kernels, SequenceLayer layer, int channels, int length) {
        double[] u = new SplittableRandom(1).doubles(channels * length, -1, 1).toArray();
        double[] before = whole(kernels, layer, u, channels, length);
        int changed = length - 1;
        u[changed] += 1;
        double[] after = whole(kernels, layer, u, channels, length);
        double largest = 0;
        for (int t = 0; t < changed; t++) {
            largest = Math.max(largest, Math.abs(after[t] - before[t]));
        }
        return largest;
    }

    @Test
    void itIsCausalBeforeTrainingAndNoLongerAfterOneStep() {
        Kernels kernels = new ReferenceKernels();
        ParameterSet parameters = new ParameterSet(kernels);
        int length = 40;
        SequenceLayer layer = family().create(parameters, "", learned(family().defaultConfig(length).put("squash", 0)), 2, length,
                new SplittableRandom(3));
        assertThat(lookAhead(kernels, layer, 2, length)).isLessThan(1e-12);
        Tape tape = new Tape(kernels, null);
        double[] u = new SplittableRandom(2).doubles(2 * length, -1, 1).toArray();
        Variable y = layer.record(tape, tape.constant(kernels.of(u, 2, 1, length)));
        tape.record(() -> {}, () -> {
            boolean add = y.accumulate();
            kernels.copy(y.value(), y.gradient(), add);
        });
        tape.forward();
        parameters.forgetGradients();
        tape.backward();
        parameters.update(AdamW.Settings.of(1e-3, 0));
        assertThat(lookAhead(kernels, layer, 2, length)).isGreaterThan(1e-6);
    }

    private static float[] weights(TrainableModel model, String ending) {
        List<NamedTensor> found = model.weights().stream().filter(tensor -> tensor.name().endsWith(ending)).toList();
        assertThat(found).as("tensors called %s", ending).isNotEmpty();
        return found.get(0).values();
    }

    @Test
    void aClassifierTrainsItsMatricesAndItsLossFalls() {
        TrainableClassifier model = MODELS.classifiers().create(modelOf(MODELS.classifiers().defaultConfig(40, 1, 2)), 1);
        int batch = 8;
        float[] sequences = new float[batch * 40];
        int[] lengths = new int[batch];
        int[] labels = new int[batch];
        Arrays.fill(lengths, 40);
        for (int i = 0; i < sequences.length; i++) {
            labels[i / 40] = i / 40 % 2;
            sequences[i] = (float) Math.sin(i / 40 + (labels[i / 40] == 0 ? 0.1 : 0.9) * (i % 40));
        }
        float[] ofInput = weights(model, "input_matrices");
        float[] ofKernel = weights(model, "kernel_matrices");
        double first = model.trainStep(sequences, lengths, labels, batch, 40, new OptimizerStep(4e-3, 0));
        assertThat(weights(model, "input_matrices")).isNotEqualTo(ofInput);
        assertThat(weights(model, "kernel_matrices")).isNotEqualTo(ofKernel);
        double last = first;
        for (int i = 0; i < 30; i++) {
            last = model.trainStep(sequences, lengths, labels, batch, 40, new OptimizerStep(4e-3, 0));
        }
        assertThat(last).isLessThan(0.7 * first);
    }

    @Test
    void aReconstructorTrainsItsMatricesAndItsLossFalls() {
        TrainableReconstructor model = MODELS.reconstructors().create(modelOf(MODELS.reconstructors().defaultConfig(32, 2)), 1);
        float[] windows = new float[8 * 32 * 2];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = (float) Math.sin(i / 64 + 0.4 * (i % 64 / 2));
        }
        float[] before = weights(model, "input_matrices");
        double first = model.trainStep(windows, 8, new OptimizerStep(4e-3, 0));
        assertThat(weights(model, "input_matrices")).isNotEqualTo(before);
        double last = first;
        for (int i = 0; i < 30; i++) {
            last = model.trainStep(windows, 8, new OptimizerStep(4e-3, 0));
        }
        assertThat(last).isLessThan(0.7 * first);
    }

    /** Every step of the gradient of the matrices alone goes downhill. */
    @Test
    void aStepOfTheMatricesAloneLowersTheLoss() {
        Kernels kernels = new ReferenceKernels();
        ParameterSet parameters = new ParameterSet(kernels);
        int length = 24;
        SequenceLayer layer = family().create(parameters, "", learned(family().defaultConfig(length).put("squash", 0)), 3, length,
                new SplittableRandom(3));
        Tape tape = new Tape(kernels, null);
        double[] u = new SplittableRandom(2).doubles(3 * length, -1, 1).toArray();
        Variable y = layer.record(tape, tape.constant(kernels.of(u, 3, 1, length)));
        tape.record(() -> {}, () -> {
            boolean add = y.accumulate();
            kernels.copy(y.value(), y.gradient(), add);
        });
        tape.forward();
        double before = squares(kernels.toDoubles(y.value()));
        parameters.forgetGradients();
        tape.backward();
        for (String name : new String[]{"input_matrices", "kernel_matrices"}) {
            Variable matrices = parameters.get(name).variable();
            assertThat(squares(kernels.toDoubles(matrices.gradient()))).isPositive();
            kernels.pointwise().addScaled(-1e-3, matrices.gradient(), matrices.value());
        }
        tape.forward();
        assertThat(squares(kernels.toDoubles(y.value()))).isLessThan(before);
    }

    private static double squares(double[] values) {
        return Arrays.stream(values).map(v -> v * v).sum();
    }

    @Test
    void aForecasterWithALearnedButterflyIsRefused() {
        ObjectNode config = modelOf(MODELS.forecasters().defaultConfig(16, 4, 1));
        assertThatThrownBy(() -> MODELS.forecasters().create(config, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "layer of a forecaster: longconv with butterfly=LEARNED: once its matrices leave the Fourier ones every step depends "
                                + "on later ones, so it is for classification and reconstruction; expected butterfly=FIXED");
    }

    @Test
    void aLearnedButterflyHasNoRecurrenceAndNoSecondKernel() {
        assertThat(family().create(new ParameterSet(SIMD), "", config(20), 4, 20, new SplittableRandom(5)).recurrence()).isEmpty();
        ObjectNode both = config(20).put("bidirectional", true);
        assertThatThrownBy(() -> family().create(new ParameterSet(SIMD), "", both, 4, 20, new SplittableRandom(5)))
                .hasMessageContaining("butterfly: expected FIXED with bidirectional but was LEARNED");
    }

    @Test
    void matricesHaveOneSetForTheInputAndOneForTheKernel() {
        ParameterSet parameters = new ParameterSet(SIMD);
        family().create(parameters, "", config(96), 4, 96, new SplittableRandom(5));
        int numbers = ButterflyFactors.covering(96).numbers();
        assertThat(numbers).isEqualTo(2 * 2 * 10 * 10);
        assertThat(parameters.get("input_matrices").variable().value().size()).isEqualTo(numbers);
        assertThat(parameters.get("kernel_matrices").variable().value().size()).isEqualTo(numbers);
    }

    @Test
    void settingsStoredBeforeThereWasAChoiceMeanFixedMatrices() {
        ObjectNode old = family().defaultConfig(20);
        old.remove("butterfly");
        old.remove("butterflyRate");
        ParameterSet parameters = new ParameterSet(SIMD);
        assertThat(family().create(parameters, "", old, 4, 20, new SplittableRandom(5)).recurrence()).isPresent();
        assertThat(parameters.entries()).extracting(ParameterSet.Entry::name).doesNotContain("input_matrices");
    }
}
