package io.longwave.model.sequence;

import io.longwave.db.sequence.Sequences;
import io.longwave.db.sequence.Sequences.Key;
import io.longwave.db.sequence.Sequences.Progress;
import io.longwave.model.forecast.Intervals;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.serving.ForecastProperties;
import io.longwave.model.serving.Models;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.wire.SequenceRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class SequenceController {
    private static final long SECOND = 1_000_000_000L;
    private static final int DELETED_AT_ONCE = 1000;

    private final Sequences sequences;
    private final Models models;
    private final TransactionTemplate transaction;
    private final SequenceProperties properties;
    private final int maxHorizon;

    SequenceController(Sequences sequences, Models models, TransactionTemplate transaction, SequenceProperties properties,
            ForecastProperties forecasts) {
        this.sequences = sequences;
        this.models = models;
        this.transaction = transaction;
        this.properties = properties;
        this.maxHorizon = forecasts.maxHorizon();
    }

    @PostMapping(SequenceRequest.PATH)
    SequenceRequest.Answer goOn(@RequestBody SequenceRequest request) {
        double[] levels = Intervals.levels(request.levels());
        if (request.horizon() < 1 || request.horizon() > maxHorizon) {
            throw refused("horizon: expected 1 to " + maxHorizon + " steps but was " + request.horizon());
        }
        for (double value : request.values()) {
            if (Double.isInfinite(value)) {
                throw refused("values: expected finite numbers but was " + value);
            }
        }
        StreamingModel model = model(request.model());
        if (request.start()) { // in a transaction of its own, and where sequences become more
            transaction.executeWithoutResult(_ -> sequences.deleteIdle(properties.idle(), DELETED_AT_ONCE));
        }
        return Objects.requireNonNull(transaction.execute(_ -> goOn(request, model, levels)));
    }

    private SequenceRequest.Answer goOn(SequenceRequest request, StreamingModel model, double[] levels) {
        Key key = new Key(Objects.requireNonNullElse(request.tenant(), ""), model.id(), request.sequence());
        Progress progress = sequences.locked(key).orElse(null);
        if (progress == null && sequences.count(key.tenant()) >= properties.most()) {
            throw new RequestProblem(HttpStatus.TOO_MANY_REQUESTS, "too-many-sequences",
                    "expected at most " + properties.most() + " sequences that have begun and not ended");
        }
        SeriesState state = request.start() ? model.newState() : read(model, request.sequence(), progress);
        Progress before = request.start() ? null : progress;
        long step = request.stepNanos() != null ? request.stepNanos() : before != null ? before.stepNanos() : SECOND;
        long time = request.startNanos() != null ? request.startNanos() : before != null ? before.nextNanos() : 0;
        if (step < 1 || time <= state.lastTimeNanos()) {
            throw refused("start, step: expected times later than the last one, " + state.lastTimeNanos() + " ns, but was " + time
                    + " ns in steps of " + step + " ns");
        }
        double[] expected = unknown(request.values().length);
        double[] score = unknown(request.values().length);
        try {
            for (int l = 0; l < request.values().length; l++) {
                Judgement judgement = Double.isNaN(request.values()[l]) ? null : state.step(time, request.values()[l]);
                if (judgement != null) {
                    expected[l] = judgement.predicted();
                    score[l] = judgement.score();
                }
                time = Math.addExact(time, step);
            }
        } catch (ArithmeticException e) {
            throw refused("start, step: expected times that nanoseconds in 64 bits can hold");
        }
        Outlook outlook = state.forecast(request.horizon(), levels);
        if (request.end()) {
            sequences.delete(key);
        } else {
            sequences.write(key, new Progress(step, time, model.stateFormat(), model.numericProfile(), state.write()));
        }
        return new SequenceRequest.Answer(model.id(), expected, score, outlook == null ? List.of() : Intervals.mean(outlook),
                outlook == null ? List.of() : Intervals.of(outlook, levels));
    }

    private static SeriesState read(StreamingModel model, String sequence, @Nullable Progress progress) {
        if (progress == null) {
            throw refused("sequence: expected sequence_start with the first request of " + sequence + ", or after it was forgotten");
        }
        if (progress.format() != model.stateFormat() || !progress.profile().equals(model.numericProfile())) {
            throw refused("sequence: expected a state of format " + model.stateFormat() + " and profile " + model.numericProfile()
                    + " but that of "
                    + sequence + " is of " + progress.format() + " and " + progress.profile() + "; begin it anew");
        }
        return model.readState(progress.state());
    }

    private StreamingModel model(String id) {
        if (id.isEmpty()) {
            return models.byDefault();
        }
        return models.find(id).orElseThrow(() -> models.refusal(id)
                .map(why -> new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "model-cannot-serve", id + " cannot: " + why))
                .orElseGet(() -> new RequestProblem(HttpStatus.NOT_FOUND, "unknown-model",
                        "expected the id of a registered model but was " + id)));
    }

    private static RequestProblem refused(String detail) {
        return new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "bad-sequence", detail);
    }

    private static double[] unknown(int length) {
        double[] unknown = new double[length];
        Arrays.fill(unknown, Double.NaN);
        return unknown;
    }
}
