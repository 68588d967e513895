package io.longwave.standalone.train;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.TrainingSnapshotFile;
import io.longwave.standalone.command.CommandException;
import io.longwave.train.DivergedTrainingException;
import io.longwave.train.LearningTask;
import io.longwave.train.Training;
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
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A training of any task whose snapshot lies in the data directory, under a name made of everything that decides its bits: the same command finds it
 * again after a kill, another one does not.
 */
public final class KeptTraining {

    private final TrainingSettings settings;
    private final long seed;
    private final String identity;
    private final Path trainings;
    private final TrainingSnapshotFile snapshots;
    private final boolean restart;

    /**
     * @param family that the file is named after
     * @param decisive everything beside settings and seed that decides the bits of the result
     * @param restart forgets an earlier snapshot
     */
    public KeptTraining(String family, List<String> decisive, TrainingSettings settings, long seed, Path dataDirectory, boolean restart) {
        this.settings = settings;
        this.seed = seed;
        this.identity = family + "-" + digest(decisive);
        this.trainings = dataDirectory.resolve("training");
        this.snapshots = new TrainingSnapshotFile(trainings.resolve(identity + ".safetensors"));
        this.restart = restart;
    }

    /**
     * Trains, showing progress on {@code err}; the best weights are in the task's model afterwards. Ctrl-C and SIGTERM save the training before the
     * process ends.
     *
     * @param task made once the training holds its lock
     * @throws CommandException if the training cannot begin, cannot go on or was asked to stop
     */
    public TrainingOutcome train(Supplier<? extends LearningTask> task, String title, PrintWriter err) {
        Path lockFile = trainings.resolve(identity + ".lock");
        try {
            Files.createDirectories(trainings);
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = tryLock(channel)) {
                if (lock == null) {
                    throw new CommandException("The same training runs already in another process (it holds " + lockFile + ").");
                }
                return trainLocked(task, title, err);
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

    private TrainingOutcome trainLocked(Supplier<? extends LearningTask> task, String title, PrintWriter err) {
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
            TrainingOutcome outcome = new Training(task.get(), settings, seed, identity, snapshots, progress, stop::get, System::nanoTime)
                    .run();
            if (!outcome.finished()) {
                throw new CommandException("Training stopped and saved; the same command resumes it.");
            }
            return outcome;
        } catch (CheckpointException | DivergedTrainingException e) {
            throw new CommandException(message(e) + (e instanceof CheckpointException ? " (--restart starts anew)" : ""), e);
        } catch (IllegalArgumentException e) {
            throw new CommandException("The model cannot be trained: " + message(e), e);
        } finally {
            saved.countDown();
            removeHook(hook);
        }
    }

    /** Forgets the snapshot once its result is kept elsewhere. */
    public void discardSnapshot() {
        snapshots.delete();
    }

    /** Training settings as JSON; the kind of schedule is named. */
    public static ObjectNode describe(TrainingSettings settings) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("batch", settings.batch()).put("maxEpochs", settings.maxEpochs()).put("patience", settings.patience());
        json.put("weightDecay", settings.weightDecay()).put("averaging", settings.averaging());
        json.put("validationStride", settings.validationStride()).put("maxSeconds", settings.maxDuration().toMillis() / 1000.0);
        ObjectNode schedule = json.putObject("schedule");
        schedule.put("kind", settings.schedule().getClass().getSimpleName());
        schedule.setAll((ObjectNode) JsonMapper.shared().valueToTree(settings.schedule()));
        return json;
    }

    /** Those of the settings that decide the bits of a result: the time limit does not. */
    public static String decisive(TrainingSettings settings) {
        ObjectNode json = describe(settings);
        json.remove("maxSeconds");
        return json.toString();
    }

    private static String digest(List<String> decisive) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(String.join("\n", decisive).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
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
