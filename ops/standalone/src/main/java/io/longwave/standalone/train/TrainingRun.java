package io.longwave.standalone.train;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.TrainingSnapshotFile;
import io.longwave.standalone.command.CommandException;
import io.longwave.train.DivergedTrainingException;
import io.longwave.train.ForecastError;
import io.longwave.train.ForecastTask;
import io.longwave.train.ForecastTask.Part;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.ForecasterTraining;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.TrainingOutcome;
import io.longwave.train.TrainingSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One training on one task, from the first step or from where a killed one stopped, to the test error of its best weights. The snapshot of an
 * unfinished training lies in the data directory under a name made of everything that decides its bits.
 */
public final class TrainingRun {

    private static final int EVALUATION_BATCH = 50;

    private final ForecasterFamily family;
    private final ForecastTask task;
    private final ObjectNode config;
    private final TrainingSettings settings;
    private final long seed;
    private final Path trainings;
    private final boolean restart;

    public TrainingRun(ForecasterFamily family, ForecastTask task, ObjectNode config, TrainingSettings settings, long seed,
            Path dataDirectory,
            boolean restart) {
        this.family = family;
        this.task = task;
        this.config = config;
        this.settings = settings;
        this.seed = seed;
        this.trainings = dataDirectory.resolve("training");
        this.restart = restart;
    }

    /**
     * A model with its best weights and how it came about.
     *
     * @param validation error on all validation windows
     * @param test error on all test windows
     */
    public record Trained(TrainableForecaster model, TrainingOutcome outcome, ForecastError validation, ForecastError test) {}

    /**
     * Trains, showing progress on {@code err}. Ctrl-C and SIGTERM save the training before the process ends.
     *
     * @throws CommandException if the training cannot begin, cannot go on or was asked to stop
     */
    public Trained train(String title, PrintWriter err) {
        String identity = identity();
        Path lockFile = trainings.resolve(identity + ".lock");
        try {
            Files.createDirectories(trainings);
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = tryLock(channel)) {
                if (lock == null) {
                    throw new CommandException("The same training runs already in another process (it holds " + lockFile + ").");
                }
                return trainLocked(title, identity, err);
            } finally {
                Files.deleteIfExists(lockFile);
            }
        } catch (IOException e) {
            throw new CommandException("The training cannot be kept in " + trainings + ": " + e, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private Trained trainLocked(String title, String identity, PrintWriter err) {
        TrainingSnapshotFile snapshots = new TrainingSnapshotFile(trainings.resolve(identity + ".safetensors"));
        if (restart) {
            snapshots.delete();
        }
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch saved = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            stop.set(true);
            awaitQuietly(saved);
        }, "save-the-training");
        Runtime.getRuntime().addShutdownHook(hook);
        try (TrainingProgress progress = TrainingProgress.on(err, title)) {
            TrainableForecaster model = create();
            TrainingOutcome outcome = new ForecasterTraining(task, model, settings, seed, identity, snapshots, progress, stop::get,
                    System::nanoTime).run();
            if (!outcome.finished()) {
                throw new CommandException("Training stopped and saved; the same command resumes it.");
            }
            ForecastError validation = ForecastError.of(model::forecast, task.windows(Part.VALIDATION), EVALUATION_BATCH);
            ForecastError test = ForecastError.of(model::forecast, task.windows(Part.TEST), EVALUATION_BATCH);
            return new Trained(model, outcome, validation, test);
        } catch (CheckpointException | DivergedTrainingException e) {
            throw new CommandException(message(e) + (e instanceof CheckpointException ? " (--restart starts anew)" : ""), e);
        } catch (IllegalArgumentException e) {
            throw new CommandException("The model cannot be trained: " + message(e), e);
        } finally {
            saved.countDown();
            removeHook(hook);
        }
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private TrainableForecaster create() {
        return family.create(config, seed);
    }

    /** Forgets the snapshot once its result is kept elsewhere. */
    public void discardSnapshot() {
        new TrainingSnapshotFile(trainings.resolve(identity() + ".safetensors")).delete();
    }

    /** What goes into {@code model.json}. */
    public ModelCard card(String name, Trained trained, Map<String, ForecastError> baselines) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("validationMse", trained.validation().mse());
        metrics.put("validationMae", trained.validation().mae());
        metrics.put("testMse", trained.test().mse());
        metrics.put("testMae", trained.test().mae());
        metrics.put("trainingSeconds", trained.outcome().seconds());
        metrics.put("bestEpoch", (double) trained.outcome().bestEpoch());
        baselines.forEach((baseline, error) -> {
            metrics.put(baseline + " testMse", error.mse());
            metrics.put(baseline + " testMae", error.mae());
        });
        var data = new ModelCard.DataFingerprint(task.table().columns(), task.table().rows(), task.table().sha256(),
                task.table().cadence().toMillis(), task.split());
        return new ModelCard(ModelCard.FORMAT, "", family.name(), name, ModelCard.FORECAST, Instant.now(), seed, config, describeSettings(),
                data,
                task.scaler(), metrics);
    }

    /** The training settings as JSON; the kind of schedule is named. */
    public ObjectNode describeSettings() {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("batch", settings.batch()).put("maxEpochs", settings.maxEpochs()).put("patience", settings.patience());
        json.put("weightDecay", settings.weightDecay()).put("averaging", settings.averaging());
        json.put("validationStride", settings.validationStride()).put("maxSeconds", settings.maxDuration().toMillis() / 1000.0);
        ObjectNode schedule = json.putObject("schedule");
        schedule.put("kind", settings.schedule().getClass().getSimpleName());
        schedule.setAll((ObjectNode) JsonMapper.shared().valueToTree(settings.schedule()));
        return json;
    }

    /** Everything that decides the bits of the result; the time limit does not. */
    private String identity() {
        ObjectNode settingsJson = describeSettings();
        settingsJson.remove("maxSeconds");
        String text = String.join("\n", family.name(), config.toString(), settingsJson.toString(), Long.toString(seed),
                task.table().sha256(),
                task.table().columns().toString(), task.split().toString(), task.lag() + " " + task.horizon());
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return family.name() + "-" + HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                return; // the last periodic snapshot has to do
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already: the hook is what got us here.
            return;
        }
    }
}
