package io.longwave.train;

import io.longwave.train.LearningTask.Validation;
import io.longwave.train.TrainableModel.NamedTensor;
import io.longwave.train.TrainableModel.OptimizerStep;
import io.longwave.train.TrainingSnapshot.Epoch;
import io.longwave.train.TrainingSnapshot.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Trains a model of any task on its training examples and chooses the best epoch by its validation score; test data it never sees. The order of
 * examples depends on seed and epoch alone, so a training that was killed and resumed from its snapshot takes the same steps, to the bit, as one that
 * ran through.
 */
public final class Training {

    private static final Duration SNAPSHOT_INTERVAL = Duration.ofSeconds(45);

    private final LearningTask task;
    private final TrainableModel model;
    private final TrainingSettings settings;
    private final long seed;
    private final String identity;
    private final TrainingSnapshot.Store snapshots;
    private final TrainingListener listener;
    private final BooleanSupplier stopRequested;
    private final LongSupplier nanoClock;
    private final int stepsPerEpoch;

    private int epoch;
    private int batch;
    private double lossSum;
    private int bestEpoch;
    private double bestScore = Double.POSITIVE_INFINITY;
    private double secondsBefore; // of earlier runs of this training
    private long begun;
    private boolean finished;
    private final List<Epoch> history = new ArrayList<>();
    private List<NamedTensor> averaged = List.of();
    private List<NamedTensor> latest = List.of(); // scratch of the averaging
    private List<NamedTensor> best = List.of();

    /**
     * @param identity of data, model configuration, settings and seed; a stored snapshot with another one is refused
     * @param stopRequested asked between steps; when true the training is saved and stops without being finished
     * @param nanoClock monotonic, as {@link System#nanoTime()}
     */
    public Training(LearningTask task, TrainingSettings settings, long seed, String identity, TrainingSnapshot.Store snapshots,
            TrainingListener listener, BooleanSupplier stopRequested, LongSupplier nanoClock) {
        this.task = task;
        this.model = task.model();
        this.settings = settings;
        this.seed = seed;
        this.identity = identity;
        this.snapshots = snapshots;
        this.listener = listener;
        this.stopRequested = stopRequested;
        this.nanoClock = nanoClock;
        this.stepsPerEpoch = task.stepsPerEpoch();
    }

    /**
     * Trains until the epochs, the patience or the clock are used up, or until asked to stop, and leaves the best weights in the model when finished.
     *
     * @throws DivergedTrainingException if loss or validation score is not finite before any epoch was good
     */
    public TrainingOutcome run() {
        snapshots.load().ifPresentOrElse(this::resume, task::prepare);
        begun = nanoClock.getAsLong();
        long saved = begun;
        beginEpoch();
        while (!finished) {
            if (batch < stepsPerEpoch && !timeIsUp()) {
                if (stopRequested.getAsBoolean()) {
                    save();
                    return outcome(false);
                }
                trainBatch();
                listener.step(new TrainingListener.Step(stepsDone(), (long) settings.maxEpochs() * stepsPerEpoch, epoch + 1,
                        lossSum / batch, Duration.ofMillis((long) (1000 * seconds()))));
                if (nanoClock.getAsLong() - saved > SNAPSHOT_INTERVAL.toNanos()) {
                    save();
                    saved = nanoClock.getAsLong();
                }
            } else {
                if (batch == 0 && epoch > 0) {
                    finished = true; // the time went by while the last epoch was validated
                } else {
                    finishEpoch(timeIsUp());
                }
                save();
                saved = nanoClock.getAsLong();
                beginEpoch();
            }
        }
        model.setWeights(best);
        return outcome(true);
    }

    private void resume(TrainingSnapshot snapshot) {
        Progress progress = snapshot.progress();
        if (!progress.identity().equals(identity)) {
            throw new IllegalArgumentException("the saved training is another one: expected " + identity + " but found "
                    + progress.identity() + "; start anew or use the data, settings and seed it began with");
        }
        epoch = progress.epoch();
        batch = progress.batch();
        lossSum = progress.lossSum();
        bestEpoch = progress.bestEpoch();
        bestScore = progress.bestScore();
        secondsBefore = progress.seconds();
        finished = progress.finished();
        history.addAll(progress.history());
        averaged = snapshot.averaged();
        best = snapshot.best();
        model.setWeights(snapshot.weights());
        model.setTrainingState(snapshot.modelState());
        listener.resumed(progress);
    }

    private void beginEpoch() {
        task.beginEpoch(new SplittableRandom(seed * 0x9E3779B97F4A7C15L + epoch));
    }

    private void trainBatch() {
        double loss = task.step(batch, new OptimizerStep(rate(stepsDone()), settings.weightDecay()));
        if (settings.averaging() > 0) {
            average(stepsDone());
        }
        lossSum += loss;
        batch++;
    }

    /** Early averages forget faster, so that the first weights do not linger: the decay rises to its setting as (1 + n) / (10 + n). */
    private void average(long step) {
        if (averaged.isEmpty()) {
            averaged = model.weights();
            return;
        }
        if (latest.isEmpty()) {
            latest = model.weights();
        } else {
            model.copyWeights(latest);
        }
        float keep = (float) Math.min(settings.averaging(), (1.0 + step) / (10.0 + step));
        for (int t = 0; t < latest.size(); t++) {
            float[] running = averaged.get(t).values();
            float[] now = latest.get(t).values();
            for (int i = 0; i < running.length; i++) {
                running[i] += (1 - keep) * (now[i] - running[i]); // this form leaves buffers that never change exactly as they are
            }
        }
    }

    private void finishEpoch(boolean timeIsUp) {
        Validation validation = validate();
        int number = epoch + 1;
        boolean better = task.keepsLastEpoch() ? Double.isFinite(validation.score()) : validation.score() < bestScore;
        double loss = batch == 0 ? Double.NaN : lossSum / batch;
        Epoch done = new Epoch(number, batch, loss, validation.score(), validation.metrics(), rate(Math.max(0, stepsDone() - 1)));
        if (better) {
            best = copy(settings.averaging() > 0 && !averaged.isEmpty() ? averaged : model.weights());
            bestEpoch = number;
            bestScore = validation.score();
        } else if (bestEpoch == 0 && (number >= settings.patience() || timeIsUp)) {
            throw new DivergedTrainingException(number, loss, validation.score());
        }
        history.add(done);
        finished = timeIsUp || number >= settings.maxEpochs() || number - bestEpoch >= settings.patience();
        epoch = number;
        batch = 0;
        lossSum = 0;
        listener.epoch(done, better);
    }

    private Validation validate() {
        if (settings.averaging() == 0 || averaged.isEmpty()) {
            return task.validate();
        }
        List<NamedTensor> trained = model.weights();
        model.setWeights(averaged);
        try {
            return task.validate();
        } finally {
            model.setWeights(trained);
        }
    }

    private void save() {
        snapshots.save(
                new TrainingSnapshot(new Progress(identity, epoch, batch, lossSum, bestEpoch, bestScore, seconds(), finished, history),
                        model.weights(), model.trainingState(), averaged, best));
    }

    private TrainingOutcome outcome(boolean complete) {
        return new TrainingOutcome(complete, bestEpoch, bestScore, seconds(), history);
    }

    private long stepsDone() {
        return (long) epoch * stepsPerEpoch + batch;
    }

    private double rate(long step) {
        return settings.schedule().rate(step, stepsPerEpoch);
    }

    private boolean timeIsUp() {
        return seconds() >= settings.maxDuration().toMillis() / 1000.0;
    }

    private double seconds() {
        return secondsBefore + (nanoClock.getAsLong() - begun) / 1e9;
    }

    private static List<NamedTensor> copy(List<NamedTensor> tensors) {
        return tensors.stream().map(tensor -> new NamedTensor(tensor.name(), tensor.shape(), tensor.values().clone())).toList();
    }
}
