package io.longwave.train;

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
 * Trains a forecaster on the training windows of a task, chooses the best epoch on its validation windows and never looks at its test windows. The
 * order of windows depends on seed and epoch alone, so a training that was killed and resumed from its snapshot takes the same steps, to the bit, as
 * one that ran through.
 */
public final class ForecasterTraining {

    private static final Duration SNAPSHOT_INTERVAL = Duration.ofSeconds(45);

    private final ForecastTask task;
    private final TrainableForecaster model;
    private final TrainingSettings settings;
    private final long seed;
    private final String identity;
    private final TrainingSnapshot.Store snapshots;
    private final TrainingListener listener;
    private final BooleanSupplier stopRequested;
    private final LongSupplier nanoClock;

    private final Windows train;
    private final Windows validation;
    private final int stepsPerEpoch;

    private Progress progress;
    private List<NamedTensor> averaged = List.of();
    private List<NamedTensor> best = List.of();

    /**
     * @param identity of data, model configuration, settings and seed; a stored snapshot with another one is refused
     * @param stopRequested asked between steps; when true the training is saved and stops without being finished
     * @param nanoClock monotonic, as {@link System#nanoTime()}
     * @throws IllegalArgumentException if the model's shape is not the task's or there are fewer training windows than one batch
     */
    public ForecasterTraining(ForecastTask task, TrainableForecaster model, TrainingSettings settings, long seed, String identity,
            TrainingSnapshot.Store snapshots, TrainingListener listener, BooleanSupplier stopRequested, LongSupplier nanoClock) {
        if (model.lag() != task.lag() || model.horizon() != task.horizon() || model.variates() != task.variates()) {
            throw new IllegalArgumentException(
                    "the data has lag, horizon, variates " + task.lag() + ", " + task.horizon() + ", " + task.variates()
                            + " but the model " + model.lag() + ", " + model.horizon() + ", " + model.variates());
        }
        this.task = task;
        this.model = model;
        this.settings = settings;
        this.seed = seed;
        this.identity = identity;
        this.snapshots = snapshots;
        this.listener = listener;
        this.stopRequested = stopRequested;
        this.nanoClock = nanoClock;
        this.train = task.windows(ForecastTask.Part.TRAIN);
        this.validation = task.windows(ForecastTask.Part.VALIDATION);
        this.stepsPerEpoch = train.count() / settings.batch();
        if (stepsPerEpoch < 1) {
            throw new IllegalArgumentException(
                    "a batch needs " + settings.batch() + " training windows but there are " + train.count() + "; take a smaller batch");
        }
        this.progress = Progress.start(identity);
    }

    /**
     * Trains until the epochs, the patience or the clock are used up, or until asked to stop, and leaves the best weights in the model when finished.
     *
     * @throws DivergedTrainingException if loss or validation error is not finite before any epoch was good
     */
    public TrainingOutcome run() {
        snapshots.load().ifPresentOrElse(this::resume, () -> model.prepare(train));
        long begun = nanoClock.getAsLong();
        double before = progress.seconds();
        long saved = begun;
        int windowSize = (task.lag() + task.horizon()) * task.variates();
        float[] batch = new float[settings.batch() * windowSize];
        int[] order = shuffled(progress.epoch());
        while (!progress.finished()) {
            if (progress.batch() < stepsPerEpoch && !timeIsUp(before, begun)) {
                if (stopRequested.getAsBoolean()) {
                    save(seconds(before, begun));
                    return outcome(false);
                }
                trainBatch(order, batch, windowSize);
                report(before, begun);
                if (nanoClock.getAsLong() - saved > SNAPSHOT_INTERVAL.toNanos()) {
                    save(seconds(before, begun));
                    saved = nanoClock.getAsLong();
                }
            } else {
                if (progress.batch() == 0 && progress.epoch() > 0) {
                    finish(); // the time went by while the last epoch was validated
                } else {
                    finishEpoch(timeIsUp(before, begun));
                }
                save(seconds(before, begun));
                saved = nanoClock.getAsLong();
                order = shuffled(progress.epoch());
            }
        }
        model.setWeights(best);
        return outcome(true);
    }

    private void resume(TrainingSnapshot snapshot) {
        if (!snapshot.progress().identity().equals(identity)) {
            throw new IllegalArgumentException("the saved training is another one: expected " + identity + " but found "
                    + snapshot.progress().identity() + "; start anew or use the data, settings and seed it began with");
        }
        progress = snapshot.progress();
        averaged = snapshot.averaged();
        best = snapshot.best();
        model.setWeights(snapshot.weights());
        model.setTrainingState(snapshot.modelState());
        listener.resumed(progress);
    }

    private void trainBatch(int[] order, float[] batch, int windowSize) {
        int first = progress.batch() * settings.batch();
        for (int b = 0; b < settings.batch(); b++) {
            train.copyWindow(order[first + b], batch, b * windowSize);
        }
        double loss = model.trainStep(batch, settings.batch(), new OptimizerStep(rate(stepsDone()), settings.weightDecay()));
        if (settings.averaging() > 0) {
            averaged = average(averaged, model.weights(), stepsDone());
        }
        progress = new Progress(identity, progress.epoch(), progress.batch() + 1, progress.lossSum() + loss, progress.bestEpoch(),
                progress.bestMse(),
                progress.seconds(), false, progress.history());
    }

    /** Early averages forget faster, so that the first weights do not linger: the decay rises to its setting as (1 + n) / (10 + n). */
    private List<NamedTensor> average(List<NamedTensor> before, List<NamedTensor> now, long step) {
        if (before.isEmpty()) {
            return now;
        }
        float keep = (float) Math.min(settings.averaging(), (1.0 + step) / (10.0 + step));
        for (int t = 0; t < now.size(); t++) {
            float[] running = before.get(t).values();
            float[] latest = now.get(t).values();
            for (int i = 0; i < running.length; i++) {
                running[i] += (1 - keep) * (latest[i] - running[i]); // this form leaves buffers that never change exactly as they are
            }
        }
        return before;
    }

    private void finishEpoch(boolean timeIsUp) {
        ForecastError error = validate();
        int number = progress.epoch() + 1;
        boolean better = error.mse() < progress.bestMse();
        double loss = progress.batch() == 0 ? Double.NaN : progress.lossSum() / progress.batch();
        Epoch epoch = new Epoch(number, progress.batch(), loss, error.mse(), error.mae(), rate(Math.max(0, stepsDone() - 1)));
        if (better) {
            best = copy(settings.averaging() > 0 && !averaged.isEmpty() ? averaged : model.weights());
        } else if (progress.bestEpoch() == 0 && (number >= settings.patience() || timeIsUp)) {
            throw new DivergedTrainingException(number, loss, error.mse());
        }
        int bestEpoch = better ? number : progress.bestEpoch();
        List<Epoch> history = new ArrayList<>(progress.history());
        history.add(epoch);
        boolean finished = timeIsUp || number >= settings.maxEpochs() || number - bestEpoch >= settings.patience();
        progress = new Progress(identity, number, 0, 0, bestEpoch, better ? error.mse() : progress.bestMse(), progress.seconds(), finished,
                history);
        listener.epoch(epoch, better);
    }

    private void finish() {
        progress = new Progress(identity, progress.epoch(), 0, 0, progress.bestEpoch(), progress.bestMse(), progress.seconds(), true,
                progress.history());
    }

    private ForecastError validate() {
        if (settings.averaging() == 0 || averaged.isEmpty()) {
            return ForecastError.of(model::forecast, validation, settings.batch(), settings.validationStride());
        }
        List<NamedTensor> trained = model.weights();
        model.setWeights(averaged);
        try {
            return ForecastError.of(model::forecast, validation, settings.batch(), settings.validationStride());
        } finally {
            model.setWeights(trained);
        }
    }

    private void save(double seconds) {
        progress = new Progress(identity, progress.epoch(), progress.batch(), progress.lossSum(), progress.bestEpoch(), progress.bestMse(),
                seconds,
                progress.finished(), progress.history());
        snapshots.save(new TrainingSnapshot(progress, model.weights(), model.trainingState(), averaged, best));
    }

    private void report(double before, long begun) {
        listener.step(new TrainingListener.Step(stepsDone(), (long) settings.maxEpochs() * stepsPerEpoch, progress.epoch() + 1,
                progress.lossSum() / progress.batch(), Duration.ofMillis((long) (1000 * seconds(before, begun)))));
    }

    private TrainingOutcome outcome(boolean finished) {
        return new TrainingOutcome(finished, progress.bestEpoch(), progress.bestMse(), progress.seconds(), progress.history());
    }

    private long stepsDone() {
        return (long) progress.epoch() * stepsPerEpoch + progress.batch();
    }

    private double rate(long step) {
        return settings.schedule().rate(step, stepsPerEpoch);
    }

    private boolean timeIsUp(double before, long begun) {
        return seconds(before, begun) >= settings.maxDuration().toMillis() / 1000.0;
    }

    private double seconds(double before, long begun) {
        return before + (nanoClock.getAsLong() - begun) / 1e9;
    }

    /** Order of the training windows in one epoch, by Fisher and Yates. */
    private int[] shuffled(int epoch) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + epoch);
        int[] order = new int[train.count()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static List<NamedTensor> copy(List<NamedTensor> tensors) {
        return tensors.stream().map(tensor -> new NamedTensor(tensor.name(), tensor.shape(), tensor.values().clone())).toList();
    }
}
