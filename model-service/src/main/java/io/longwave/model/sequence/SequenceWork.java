package io.longwave.model.sequence;

import io.longwave.db.sequence.Sequences;
import io.longwave.db.sequence.Sequences.Key;
import io.longwave.db.sequence.Sequences.Progress;
import io.longwave.model.forecast.Intervals;
import io.longwave.model.problem.RequestProblem;
import io.longwave.series.ForecastSteps;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.wire.SequenceRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Goes on with sequences, each in a transaction of the caller. */
@Component
class SequenceWork {
    private static final long SECOND = 1_000_000_000L;
    /** After which a request is given up, before whoever asked gives up and asks again. */
    private static final long MOST_NANOS = Duration.ofMinutes(1).toNanos();
    /** Values after which is looked whether there is time for more. */
    private static final int LOOK = 64;
    /** Of a forecast whose first steps lie among missing values. */
    private static final int MOST_STEPS = 20_000;

    private final Sequences sequences;
    private final SequenceProperties properties;

    SequenceWork(Sequences sequences, SequenceProperties properties) {
        this.sequences = sequences;
        this.properties = properties;
    }

    /**
     * Steps the state through the values and keeps it.
     *
     * @throws RequestProblem if there is no such sequence, or it cannot go on so; nothing has changed then
     */
    SequenceRequest.Answer goOn(SequenceRequest request, StreamingModel model, double[] levels) {
        Key key = new Key(Objects.requireNonNullElse(request.tenant(), ""), model.id(), request.sequence());
        Progress known = sequences.locked(key).orElse(null);
        if (known == null && request.start() && !request.end() && sequences.count(key.tenant()) >= properties.most()) {
            throw refused(
                    "sequence: expected at most " + properties.most() + " that have begun and not ended; one with which nobody goes on for "
                            + properties.idle() + " is forgotten");
        }
        Progress before = request.start() ? null : known;
        SeriesState state = request.start() ? model.newState() : read(model, request.sequence(), known);
        long step = request.stepNanos() != null ? request.stepNanos() : before != null ? before.stepNanos() : SECOND;
        long time = request.startNanos() != null ? request.startNanos() : before != null ? before.nextNanos() : 0;
        if (step < 1 || time == Long.MIN_VALUE || before != null && time < before.nextNanos()) {
            throw refused("start, step: expected times from " + (before == null ? Long.MIN_VALUE + 1 : before.nextNanos())
                    + " ns on but was " + time + " ns in steps of " + step + " ns");
        }
        double[] expected = unknown(request.values().length);
        double[] score = unknown(request.values().length);
        long next = step(state, time, step, request.values(), expected, score);
        Outlook outlook = request.horizon() == 0 ? null : following(state, next, step, request.horizon(), levels);
        if (request.end()) {
            sequences.delete(key);
        } else {
            sequences.write(key, new Progress(step, next, model.stateFormat(), model.numericProfile(), state.write()));
        }
        return new SequenceRequest.Answer(model.id(), expected, score, outlook == null ? List.of() : Intervals.mean(outlook),
                outlook == null ? List.of() : Intervals.of(outlook, levels));
    }

    /** @return time of the value that comes next */
    private static long step(SeriesState state, long first, long step, double[] values, double[] expected, double[] score) {
        long started = System.nanoTime();
        long time = first;
        for (int l = 0; l < values.length; l++) {
            if (l % LOOK == 0 && System.nanoTime() - started > MOST_NANOS) {
                throw refused("values: expected fewer at once: " + l + " of " + values.length + " took all the time there is");
            }
            Judgement judgement = Double.isNaN(values[l]) ? null : state.step(time, values[l]);
            if (judgement != null) {
                expected[l] = judgement.predicted();
                score[l] = judgement.score();
            }
            try {
                time = Math.addExact(time, step);
            } catch (ArithmeticException e) {
                throw refused("start, step: expected times that nanoseconds in 64 bits can hold");
            }
        }
        return time;
    }

    /** What follows the values at the times of the sequence, also where the last ones are missing. */
    private static @Nullable Outlook following(SeriesState state, long next, long step, int horizon, double[] levels) {
        Outlook outlook = state.forecast(horizon, levels);
        if (outlook == null) {
            return null;
        }
        int[] steps = ForecastSteps.nearest(state.lastTimeNanos(), outlook.stepNanos(), next, step, horizon);
        int needed = steps[horizon - 1] + 1;
        if (needed > MOST_STEPS) {
            throw refused("values: expected one among the last " + MOST_STEPS + " that is not missing");
        }
        Outlook far = needed > horizon ? Objects.requireNonNull(state.forecast(needed, levels)) : outlook;
        return new Outlook(step, at(far.mean(), steps), at(far.lower(), steps), at(far.upper(), steps), far.achievedCoverage());
    }

    private static double[][] at(double[][] rows, int[] steps) {
        return Arrays.stream(rows).map(row -> at(row, steps)).toArray(double[][]::new);
    }

    private static double[] at(double[] numbers, int[] steps) {
        return Arrays.stream(steps).mapToDouble(h -> numbers[h]).toArray();
    }

    private static SeriesState read(StreamingModel model, String sequence, @Nullable Progress progress) {
        if (progress == null) {
            throw refused("sequence: expected sequence_start with the first request of " + sequence + ", or after it was forgotten");
        }
        if (progress.format() == model.stateFormat() && progress.profile().equals(model.numericProfile())) {
            try {
                return model.readState(progress.state());
            } catch (IllegalArgumentException e) {
                throw refused("sequence: the state of " + sequence + " cannot be read, begin it anew: " + e.getMessage());
            }
        }
        throw refused(
                "sequence: expected a state of format " + model.stateFormat() + " and profile " + model.numericProfile() + " but that of "
                        + sequence + " is of " + progress.format() + " and " + progress.profile() + "; begin it anew");
    }

    static RequestProblem refused(String detail) {
        return new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "bad-sequence", detail);
    }

    private static double[] unknown(int length) {
        double[] unknown = new double[length];
        Arrays.fill(unknown, Double.NaN);
        return unknown;
    }
}
