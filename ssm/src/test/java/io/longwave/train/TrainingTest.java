package io.longwave.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.checkpoint.TrainingSnapshotFile;
import io.longwave.train.ForecastTask.Part;
import io.longwave.train.TrainableModel.NamedTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingTest {

    private static final TrainingSettings SETTINGS = TrainingSettings.defaults().with(settings -> {
        settings.batch = 16;
        settings.maxEpochs = 6;
        settings.patience = 6;
        settings.schedule = new LearningRateSchedule.Cosine(1e-2, 1e-4, 0.5, 6);
        settings.averaging = 0.98;
    });
    private static final LongSupplier STOPPED_CLOCK = () -> 0;

    private final ForecastTask task = new ForecastTask(BaselineTest.noisyWave(500, 2), new Split(300, 100, 100), 24, 12);

    @TempDir
    private Path directory;

    @Test
    void learnsToBeatRepeatingTheSeason() {
        LinearForecaster model = model(3);
        TrainingOutcome outcome = training(model, SETTINGS.with(settings -> settings.maxEpochs = 40), TrainingSnapshot.Store.none()).run();
        assertThat(outcome.finished()).isTrue();
        double seasonal = ForecastError.of(Baseline.seasonalRepeat(24, 24, 12, 2), task.windows(Part.TEST), 64).mse();
        assertThat(ForecastError.of(model::forecast, task.windows(Part.TEST), 64).mse()).isLessThan(seasonal);
    }

    @Test
    void keepsTheWeightsOfTheBestEpoch() {
        LinearForecaster model = model(3);
        TrainingOutcome outcome = training(model, SETTINGS, TrainingSnapshot.Store.none()).run();
        double smallest = outcome.history().stream().mapToDouble(TrainingSnapshot.Epoch::validationScore).min().orElseThrow();
        assertThat(outcome.validationScore()).isEqualTo(smallest);
        assertThat(outcome.history().get(outcome.bestEpoch() - 1).validationScore()).isEqualTo(smallest);
        assertThat(ForecastError.of(model::forecast, task.windows(Part.VALIDATION), 16).mse()).isEqualTo(smallest);
    }

    @Test
    void theSeedDecidesEveryBit() {
        assertThat(bits(trained(3))).isEqualTo(bits(trained(3)));
        assertThat(bits(trained(3))).isNotEqualTo(bits(trained(4)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 16, 17, 40}) // 16 steps an epoch: before the first, inside, at the edge of and after epochs
    void aResumedTrainingEndsWithTheSameBitsAsOneThatRanThrough(int stepsBeforeTheStop) {
        TrainingSnapshotFile snapshots = new TrainingSnapshotFile(directory.resolve("training.safetensors"));
        TrainingOutcome stopped = training(model(3), SETTINGS, snapshots, TrainingListener.silent(), after(stepsBeforeTheStop),
                STOPPED_CLOCK).run();
        assertThat(stopped.finished()).isFalse();
        LinearForecaster resumed = new LinearForecaster(24, 12, 2, 0.1, 3);
        List<Integer> resumedAt = new ArrayList<>();
        TrainingOutcome outcome = training(resumed, SETTINGS, snapshots, new TrainingListener() {
            @Override
            public void resumed(TrainingSnapshot.Progress progress) {
                resumedAt.add(progress.epoch() * 16 + progress.batch());
            }
        }, () -> false, STOPPED_CLOCK).run();
        assertThat(resumedAt).containsExactly(stepsBeforeTheStop);
        assertThat(outcome.finished()).isTrue();
        assertThat(outcome.history()).isEqualTo(training(model(3), SETTINGS, TrainingSnapshot.Store.none()).run().history());
        assertThat(bits(resumed)).isEqualTo(bits(trained(3)));
    }

    /** The file was saved after 40 steps by the first version, which knew forecasters only. */
    @Test
    void goesOnFromASnapshotOfTheFirstFormat() throws IOException {
        Path file = directory.resolve("training.safetensors");
        try (InputStream old = Objects.requireNonNull(getClass().getResourceAsStream("/formats/training-snapshot-1.safetensors"))) {
            Files.copy(old, file);
        }
        LinearForecaster resumed = new LinearForecaster(24, 12, 2, 0.1, 3);
        TrainingOutcome outcome = training(resumed, SETTINGS, new TrainingSnapshotFile(file)).run();
        assertThat(outcome.history()).isEqualTo(training(model(3), SETTINGS, TrainingSnapshot.Store.none()).run().history());
        assertThat(bits(resumed)).isEqualTo(bits(trained(3)));
    }

    @Test
    void aFinishedTrainingIsNotTrainedFurther() {
        TrainingSnapshotFile snapshots = new TrainingSnapshotFile(directory.resolve("training.safetensors"));
        training(model(3), SETTINGS, snapshots).run();
        LinearForecaster again = model(3);
        List<Object> heard = new ArrayList<>();
        training(again, SETTINGS, snapshots, new TrainingListener() {
            @Override
            public void step(Step step) {
                heard.add(step);
            }
        }, () -> false, STOPPED_CLOCK).run();
        assertThat(heard).isEmpty();
        assertThat(bits(again)).isEqualTo(bits(trained(3)));
    }

    @Test
    void refusesTheSnapshotOfAnotherTraining() {
        TrainingSnapshotFile snapshots = new TrainingSnapshotFile(directory.resolve("training.safetensors"));
        training(model(3), SETTINGS, snapshots).run();
        Training other = new Training(new ForecastLearning(task, model(3), SETTINGS), SETTINGS, 3, "another", snapshots,
                TrainingListener.silent(), () -> false, STOPPED_CLOCK);
        assertThatThrownBy(other::run).hasMessageContaining("expected another but found test");
    }

    @Test
    void stopsAfterThePatience() {
        TrainingSettings hasty = SETTINGS.with(settings -> {
            settings.maxEpochs = 50;
            settings.patience = 2;
            settings.averaging = 0;
            settings.schedule = new LearningRateSchedule.Constant(0.5); // far too large: it gets worse soon
        });
        TrainingOutcome outcome = training(model(3), hasty, TrainingSnapshot.Store.none()).run();
        assertThat(outcome.history()).hasSize(outcome.bestEpoch() + 2).hasSizeLessThan(50);
    }

    @Test
    void stopsWhenTheTimeIsUpAndKeepsTheBestSoFar() {
        AtomicLong now = new AtomicLong();
        LinearForecaster model = model(3);
        TrainingSettings settings = SETTINGS.with(change -> change.maxDuration = Duration.ofSeconds(20));
        TrainingOutcome outcome = training(model, settings, TrainingSnapshot.Store.none(), new TrainingListener() {
            @Override
            public void step(Step step) {
                now.addAndGet(1_000_000_000); // one second a step: the clock ends it in the second epoch
            }
        }, () -> false, now::get).run();
        assertThat(outcome.finished()).isTrue();
        assertThat(outcome.history()).extracting(TrainingSnapshot.Epoch::batches).containsExactly(16, 4);
        assertThat(ForecastError.of(model::forecast, task.windows(Part.VALIDATION), 16).mse()).isEqualTo(outcome.validationScore());
    }

    @Test
    void anEpochThatEndsWithTheTimeIsTheLast() {
        AtomicLong now = new AtomicLong();
        TrainingSettings settings = SETTINGS.with(change -> change.maxDuration = Duration.ofSeconds(20));
        TrainingOutcome outcome = training(model(3), settings, TrainingSnapshot.Store.none(), new TrainingListener() {
            @Override
            public void epoch(TrainingSnapshot.Epoch epoch, boolean best) {
                now.addAndGet(60_000_000_000L); // validating takes a minute
            }
        }, () -> false, now::get).run();
        assertThat(outcome.finished()).isTrue();
        assertThat(outcome.history()).extracting(TrainingSnapshot.Epoch::batches).containsExactly(16);
    }

    @Test
    void saysThatItDiverged() {
        TrainingSettings wild = SETTINGS.with(settings -> {
            settings.averaging = 0;
            settings.patience = 2;
            settings.schedule = new LearningRateSchedule.Constant(1e30);
        });
        assertThatThrownBy(() -> training(model(3), wild, TrainingSnapshot.Store.none()).run())
                .isInstanceOf(DivergedTrainingException.class)
                .hasMessageContaining("diverged").hasMessageContaining("smaller learning rate");
    }

    @Test
    void refusesAModelOfAnotherShapeAndTooFewWindowsForOneBatch() {
        assertThatThrownBy(() -> training(new LinearForecaster(24, 6, 2, 0, 1), SETTINGS, TrainingSnapshot.Store.none()))
                .hasMessage("the data has lag, horizon, variates 24, 12, 2 but the model 24, 6, 2");
        assertThatThrownBy(() -> training(model(1), SETTINGS.with(settings -> settings.batch = 266), TrainingSnapshot.Store.none()))
                .hasMessage("a batch needs 266 training windows but there are 265; take a smaller batch");
    }

    private LinearForecaster trained(long seed) {
        LinearForecaster model = model(seed);
        new Training(new ForecastLearning(task, model, SETTINGS), SETTINGS, seed, "test", TrainingSnapshot.Store.none(),
                TrainingListener.silent(), () -> false, STOPPED_CLOCK).run();
        return model;
    }

    private Training training(LinearForecaster model, TrainingSettings settings, TrainingSnapshot.Store snapshots) {
        return training(model, settings, snapshots, TrainingListener.silent(), () -> false, STOPPED_CLOCK);
    }

    private Training training(LinearForecaster model, TrainingSettings settings, TrainingSnapshot.Store snapshots,
            TrainingListener listener, BooleanSupplier stop, LongSupplier clock) {
        return new Training(new ForecastLearning(task, model, settings), settings, 3, "test", snapshots, listener, stop, clock);
    }

    private static LinearForecaster model(long seed) {
        return new LinearForecaster(24, 12, 2, 0.1, seed);
    }

    private static BooleanSupplier after(int steps) {
        int[] asked = {0};
        return () -> asked[0]++ >= steps;
    }

    private static List<int[]> rawBits(LinearForecaster model) {
        return model.weights().stream().map(NamedTensor::values).map(values -> {
            int[] raw = new int[values.length];
            Arrays.setAll(raw, i -> Float.floatToRawIntBits(values[i]));
            return raw;
        }).toList();
    }

    private static String bits(LinearForecaster model) {
        return rawBits(model).stream().map(Arrays::toString).toList().toString();
    }
}
