package io.longwave.train.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.checkpoint.TrainingSnapshotFile;
import io.longwave.train.DivergedTrainingException;
import io.longwave.train.LearningRateSchedule;
import io.longwave.train.TrainableModel.OptimizerStep;
import io.longwave.train.Training;
import io.longwave.train.TrainingListener;
import io.longwave.train.TrainingOutcome;
import io.longwave.train.TrainingSettings;
import io.longwave.train.TrainingSnapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifierLearningTest {

    private static final TrainingSettings SETTINGS = TrainingSettings.defaults().with(settings -> {
        settings.batch = 8;
        settings.maxEpochs = 12;
        settings.patience = 12;
        settings.schedule = new LearningRateSchedule.Constant(0.2);
        settings.averaging = 0.9;
    });

    private final ClassificationData data = waves(90, 30, 30);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(ClassifierChoice.class)
    void learnsToTellWavesApartWhateverItIsChosenBy(ClassifierChoice choice) {
        MomentClassifier model = new MomentClassifier(2, 3, 3);
        TrainingOutcome outcome = training(model, choice, 0, TrainingSnapshot.Store.none(), () -> false).run();
        Classifying test = Classifying.of(model, data.test(), PaddedLengths.of(data), 7);
        assertThat(ConfusionMatrix.of(data.classes(), data.test(), test.given()).accuracy()).isGreaterThan(0.9);
        double lowest = outcome.history().stream().mapToDouble(TrainingSnapshot.Epoch::validationScore).min().orElseThrow();
        if (choice == ClassifierChoice.LAST) {
            assertThat(outcome.bestEpoch()).isEqualTo(outcome.history().size()).isEqualTo(12);
        } else {
            assertThat(outcome.validationScore()).isEqualTo(lowest);
        }
        assertThat(outcome.history().getFirst().validationMetrics()).containsOnlyKeys("cross-entropy", "accuracy", "macro F1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 25, 26, 110}) // 25 steps an epoch
    void aResumedTrainingEndsWithTheSameBitsAsOneThatRanThrough(int stepsBeforeTheStop) {
        for (double balance : new double[]{0, 0.5}) {
            MomentClassifier through = new MomentClassifier(2, 3, 3);
            training(through, ClassifierChoice.ACCURACY, balance, TrainingSnapshot.Store.none(), () -> false).run();
            TrainingSnapshotFile snapshots = new TrainingSnapshotFile(directory.resolve(balance + ".safetensors"));
            int[] asked = {0};
            TrainingOutcome stopped = training(new MomentClassifier(2, 3, 3), ClassifierChoice.ACCURACY, balance, snapshots,
                    () -> asked[0]++ >= stepsBeforeTheStop).run();
            assertThat(stopped.finished()).isFalse();
            MomentClassifier resumed = new MomentClassifier(2, 3, 3);
            training(resumed, ClassifierChoice.ACCURACY, balance, snapshots, () -> false).run();
            assertThat(bits(resumed)).isEqualTo(bits(through));
        }
    }

    @Test
    void anEpochHoldsEverySequenceAndBatchesOfAboutOneLength() {
        MomentClassifier model = new MomentClassifier(2, 3, 1);
        ClassifierLearning task = new ClassifierLearning(data, model, SETTINGS, ClassifierChoice.CROSS_ENTROPY, 0);
        task.beginEpoch(new SplittableRandom(1));
        for (int i = 0; i < task.stepsPerEpoch(); i++) {
            task.step(i, new OptimizerStep(0, 0));
        }
        int[] labels = model.labelsSeen.stream().flatMapToInt(Arrays::stream).toArray();
        assertThat(labels).hasSize(200); // 90 sequences fill 25 batches of 8 twice over, and 20 of them are there a third time
        for (int c = 0; c < 3; c++) {
            int label = c;
            assertThat(Arrays.stream(labels).filter(found -> found == label).count()).isBetween(60L, 80L);
        }
        double padded = model.shapes.stream().mapToInt(shape -> shape[1]).sum();
        double inOrder = 25 * 40.0; // were lengths mixed, nearly every batch would be as long as the longest sequence
        assertThat(padded).isLessThan(0.8 * inOrder);
        assertThat(model.shapes.stream().map(shape -> shape[1]).distinct().count()).isLessThanOrEqualTo(PaddedLengths.of(data).count());
    }

    @Test
    void aFullBalanceDrawsEveryClassEquallyOften() {
        ClassificationData uneven = new ClassificationData(data.classes(), 2,
                data.train().stream().filter(sequence -> sequence.label() != 1 || sequence.group().equals("1")).toList(), data.validation(),
                data.test(), data.sha256());
        long rare = uneven.train().stream().filter(sequence -> sequence.label() == 1).count();
        assertThat(rare).isLessThan(8);
        assertThat(share(uneven, 1, 1)).isBetween(0.28, 0.39);
        assertThat(share(uneven, 1, 0)).isBetween(0.05, 0.15);
        assertThat(share(uneven, 1, 0.5)).isBetween(0.15, 0.28);
    }

    private static double share(ClassificationData data, int label, double balance) {
        MomentClassifier model = new MomentClassifier(2, 3, 1);
        ClassifierLearning task = new ClassifierLearning(data, model, SETTINGS, ClassifierChoice.CROSS_ENTROPY, balance);
        for (int epoch = 0; epoch < 30; epoch++) {
            task.beginEpoch(new SplittableRandom(epoch));
            for (int i = 0; i < task.stepsPerEpoch(); i++) {
                task.step(i, new OptimizerStep(0, 0));
            }
        }
        int[] labels = model.labelsSeen.stream().flatMapToInt(Arrays::stream).toArray();
        return Arrays.stream(labels).filter(found -> found == label).count() / (double) labels.length;
    }

    @Test
    void theOrderOfClassifyingChangesNoAnswer() {
        MomentClassifier model = new MomentClassifier(2, 3, 1);
        PaddedLengths lengths = PaddedLengths.of(data);
        Classifying together = Classifying.of(model, data.test(), lengths, 16);
        Classifying alone = Classifying.of(model, data.test(), lengths, 1);
        assertThat(together.probabilities()).containsExactly(alone.probabilities());
        assertThat(together.crossEntropy()).isEqualTo(alone.crossEntropy());
        double sum = 0;
        for (int i = 0; i < data.test().size(); i++) {
            sum -= Math.log(together.probabilities()[i * 3 + data.test().get(i).label()]);
        }
        assertThat(together.crossEntropy()).isEqualTo(sum / data.test().size());
    }

    @Test
    void fewerSequencesThanABatchAreOneBatchManyTimes() {
        ClassificationData few = waves(5, 3, 3);
        MomentClassifier model = new MomentClassifier(2, 3, 1);
        ClassifierLearning task = new ClassifierLearning(few, model, SETTINGS, ClassifierChoice.CROSS_ENTROPY, 0);
        assertThat(task.stepsPerEpoch()).isEqualTo(ClassifierLearning.FEWEST_STEPS);
        task.beginEpoch(new SplittableRandom(1));
        task.step(0, new OptimizerStep(0, 0));
        assertThat(model.shapes.getFirst()[0]).isEqualTo(5);
    }

    @Test
    void whatIsLearntWithValidationKeepsItsLastEpoch() {
        long seed = new SplittableRandom(3).nextInt(1000); // not a constant: the product below is meant to overflow
        MomentClassifier model = new MomentClassifier(2, 3, 3);
        TrainingSettings plain = SETTINGS.with(settings -> {
            settings.averaging = 0;
            settings.maxEpochs = 3;
        });
        ClassifierLearning task = ClassifierLearning.withValidation(data, model, plain, ClassifierChoice.CROSS_ENTROPY, 0);
        TrainingOutcome outcome = new Training(task, plain, seed, "test", TrainingSnapshot.Store.none(), TrainingListener.silent(),
                () -> false,
                () -> 0).run();
        assertThat(outcome.bestEpoch()).isEqualTo(3);
        MomentClassifier steps = new MomentClassifier(2, 3, 3);
        ClassifierLearning same = ClassifierLearning.withValidation(data, steps, plain, ClassifierChoice.CROSS_ENTROPY, 0);
        for (int epoch = 0; epoch < 3; epoch++) {
            same.beginEpoch(new SplittableRandom(seed * 0x9E3779B97F4A7C15L + epoch));
            for (int i = 0; i < same.stepsPerEpoch(); i++) {
                same.step(i, new OptimizerStep(0.2, plain.weightDecay()));
            }
        }
        assertThat(bits(model)).isEqualTo(bits(steps));
        assertThat(steps.labelsSeen).hasSize(3 * 25);
    }

    @Test
    void saysThatItDiverged() {
        MomentClassifier model = new MomentClassifier(2, 3, 1);
        TrainingSettings wild = SETTINGS.with(settings -> {
            settings.averaging = 0;
            settings.patience = 2;
            settings.schedule = new LearningRateSchedule.Constant(Float.MAX_VALUE);
        });
        assertThatThrownBy(() -> new Training(new ClassifierLearning(data, model, wild, ClassifierChoice.ACCURACY, 0), wild, 1, "test",
                TrainingSnapshot.Store.none(), TrainingListener.silent(), () -> false, () -> 0).run())
                .isInstanceOf(DivergedTrainingException.class);
    }

    @Test
    void refusesAModelOfAnotherShapeAndDataWithoutValidation() {
        assertThatThrownBy(() -> new ClassifierLearning(data, new MomentClassifier(1, 3, 1), SETTINGS, ClassifierChoice.ACCURACY, 0))
                .hasMessage("the data has 2 channels and 3 classes but the model 1 and 3");
        ClassificationData without = new ClassificationData(data.classes(), 2, data.train(), List.of(), data.test(), "");
        assertThatThrownBy(() -> new ClassifierLearning(without, new MomentClassifier(2, 3, 1), SETTINGS, ClassifierChoice.ACCURACY, 0))
                .hasMessage("expected sequences for training and validation but was 90 and 0");
        assertThatThrownBy(() -> new ClassifierLearning(data, new MomentClassifier(2, 3, 1), SETTINGS, ClassifierChoice.ACCURACY, 1.5))
                .hasMessage("power: expected 0 to 1 but was 1.5");
    }

    private Training training(MomentClassifier model, ClassifierChoice choice, double balance, TrainingSnapshot.Store snapshots,
            BooleanSupplier stop) {
        return new Training(new ClassifierLearning(data, model, SETTINGS, choice, balance), SETTINGS, 3, "test", snapshots,
                TrainingListener.silent(), stop, () -> 0);
    }

    private static String bits(MomentClassifier model) {
        float[] values = model.weights().getFirst().values();
        int[] raw = new int[values.length];
        Arrays.setAll(raw, i -> Float.floatToRawIntBits(values[i]));
        return Arrays.toString(raw);
    }

    /** Three classes of noisy waves that differ in level and speed, of 10 to 40 steps; groups 0 to 4. */
    static ClassificationData waves(int train, int validation, int test) {
        SplittableRandom random = new SplittableRandom(7);
        List<LabelledSequence> all = new ArrayList<>();
        for (int i = 0; i < train + validation + test; i++) {
            int label = i % 3;
            int length = 10 + random.nextInt(31);
            float[] values = new float[length * 2];
            for (int l = 0; l < length; l++) {
                values[l * 2] = (float) (Math.sin((1 + label) * l) + 0.2 * random.nextGaussian());
                values[l * 2 + 1] = (float) (label + 0.5 * random.nextGaussian());
            }
            all.add(new LabelledSequence(values, length, label, Integer.toString(i / 3 % 5)));
        }
        return new ClassificationData(List.of("slow", "middle", "fast"), 2, all.subList(0, train), all.subList(train, train + validation),
                all.subList(train + validation, all.size()), "0".repeat(64));
    }
}
