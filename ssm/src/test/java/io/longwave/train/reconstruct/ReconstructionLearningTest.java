package io.longwave.train.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.longwave.checkpoint.TrainingSnapshotFile;
import io.longwave.train.LearningRateSchedule;
import io.longwave.train.Training;
import io.longwave.train.TrainingListener;
import io.longwave.train.TrainingOutcome;
import io.longwave.train.TrainingSettings;
import io.longwave.train.TrainingSnapshot;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReconstructionLearningTest {

    private static final TrainingSettings SETTINGS = TrainingSettings.defaults().with(settings -> {
        settings.batch = 8;
        settings.maxEpochs = 5;
        settings.patience = 5;
        settings.schedule = new LearningRateSchedule.Constant(0.02);
        settings.averaging = 0.9;
    });

    /** Three columns that follow one signal. */
    private final float[] rows = new float[400 * 3];
    private final RowWindows train = new RowWindows(rows, 0, 320, 3, 10, 5);
    private final RowWindows validation = new RowWindows(rows, 320, 80, 3, 10, 5);

    @TempDir
    private Path directory;

    ReconstructionLearningTest() {
        SplittableRandom random = new SplittableRandom(3);
        for (int n = 0; n < 400; n++) {
            double signal = Math.sin(0.1 * n) + 0.5 * random.nextGaussian();
            for (int v = 0; v < 3; v++) {
                rows[n * 3 + v] = (float) ((v == 1 ? -1 : 1) * signal + 0.05 * random.nextGaussian());
            }
        }
    }

    @Test
    void aRowThatBreaksTheRuleScoresHighest() {
        RowAutoencoder model = new RowAutoencoder(10, 3, 1);
        TrainingOutcome outcome = training(model, TrainingSnapshot.Store.none(), () -> false).run();
        assertThat(outcome.validationScore()).isLessThan(0.05);
        float[] odd = rows.clone();
        odd[200 * 3 + 1] += 3;
        double[] scores = ReconstructionError.of(model, new RowWindows(odd, 0, 400, 3, 10, 10), 7).scores();
        int highest = 0;
        for (int n = 1; n < scores.length; n++) {
            highest = scores[n] > scores[highest] ? n : highest;
        }
        assertThat(highest).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 7, 8, 20}) // 7 steps an epoch
    void aResumedTrainingEndsWithTheSameBitsAsOneThatRanThrough(int stepsBeforeTheStop) {
        RowAutoencoder through = new RowAutoencoder(10, 3, 1);
        training(through, TrainingSnapshot.Store.none(), () -> false).run();
        TrainingSnapshotFile snapshots = new TrainingSnapshotFile(directory.resolve("training.safetensors"));
        int[] asked = {0};
        assertThat(training(new RowAutoencoder(10, 3, 1), snapshots, () -> asked[0]++ >= stepsBeforeTheStop).run().finished()).isFalse();
        RowAutoencoder resumed = new RowAutoencoder(10, 3, 1);
        training(resumed, snapshots, () -> false).run();
        assertThat(bits(resumed)).isEqualTo(bits(through));
    }

    @ParameterizedTest
    @CsvSource({"10,10,10,1", "11,10,10,2", "400,10,5,79", "403,10,7,58", "37,10,3,10"})
    void everyRowLiesInAWindow(int count, int window, int stride, int expected) {
        RowWindows windows = new RowWindows(new float[count], 0, count, 1, window, stride);
        assertThat(windows.windows()).isEqualTo(expected);
        boolean[] covered = new boolean[count];
        for (int i = 0; i < windows.windows(); i++) {
            Arrays.fill(covered, windows.start(i), windows.start(i) + window, true);
        }
        assertThat(covered).doesNotContain(false);
    }

    @Test
    void errorsOfOverlappingWindowsAreAveraged() {
        float[] marks = {0, 0, 10, 10, 20, 30, 30, 30, 40};
        // windows begin at rows 0, 2, 4 and 5; the model is wrong by one and a tenth of the first value of its window
        TrainableReconstructor firstValue = new RowAutoencoder(4, 1, 1) {
            @Override
            public void reconstruct(float[] windows, int batch, float[] out) {
                for (int i = 0; i < out.length; i++) {
                    out[i] = windows[i] - 1 - windows[i / 4 * 4] / 10;
                }
            }
        };
        ReconstructionError error = ReconstructionError.of(firstValue, new RowWindows(marks, 0, 9, 1, 4, 2), 3);
        assertThat(error.scores()).containsExactly(new double[]{1, 1, 2.5, 2.5, 6.5, 29 / 3.0, 12.5, 12.5, 16}, within(1e-5));
    }

    @Test
    void weightsSayHowMuchAColumnCounts() {
        ReconstructionError error = new ReconstructionError(new float[]{1, 4, 3, 0}, 2);
        assertThat(error.scores()).containsExactly(2.5, 1.5);
        assertThat(error.scores(new double[]{3, 1})).containsExactly(7 / 4.0, 9 / 4.0);
        assertThat(error.ofColumns()).containsExactly(2, 2);
        assertThat(error.mean()).isCloseTo(2, within(1e-12));
    }

    @Test
    void refusesTooFewRowsAndAModelOfAnotherShape() {
        assertThatThrownBy(() -> new RowWindows(rows, 0, 9, 3, 10, 5))
                .hasMessage("expected at least the 10 rows of one window but there are 9");
        assertThatThrownBy(() -> new RowWindows(rows, 0, 20, 3, 10, 11))
                .hasMessage("stride: expected 1 to the window's 10 rows but was 11");
        assertThatThrownBy(() -> new ReconstructionLearning(train, validation, new RowAutoencoder(10, 2, 1), SETTINGS))
                .hasMessage("the data has windows of 10 rows and 3 columns but the model 10 and 2");
    }

    private Training training(RowAutoencoder model, TrainingSnapshot.Store snapshots, BooleanSupplier stop) {
        return new Training(new ReconstructionLearning(train, validation, model, SETTINGS), SETTINGS, 3, "test", snapshots,
                TrainingListener.silent(), stop, () -> 0);
    }

    private static String bits(RowAutoencoder model) {
        float[] values = model.weights().getFirst().values();
        int[] raw = new int[values.length];
        Arrays.setAll(raw, i -> Float.floatToRawIntBits(values[i]));
        return Arrays.toString(raw);
    }
}
