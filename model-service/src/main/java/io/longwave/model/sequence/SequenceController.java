package io.longwave.model.sequence;

import io.longwave.db.sequence.Sequences;
import io.longwave.model.forecast.Intervals;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.serving.ForecastProperties;
import io.longwave.model.serving.Models;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.wire.SequenceRequest;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class SequenceController {
    private static final int DELETED_AT_ONCE = 1000;
    /** Each has a connection of the pool that the stream needs, too. */
    private static final int AT_ONCE = 3;
    private static final long LONGEST_WAIT_SECONDS = 5;

    private final Sequences sequences;
    private final SequenceWork work;
    private final Models models;
    private final TransactionTemplate transaction;
    private final SequenceProperties properties;
    private final int maxHorizon;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    SequenceController(Sequences sequences, SequenceWork work, Models models, TransactionTemplate transaction,
            SequenceProperties properties,
            ForecastProperties forecasts) {
        this.sequences = sequences;
        this.work = work;
        this.models = models;
        this.transaction = transaction;
        this.properties = properties;
        this.maxHorizon = forecasts.maxHorizon();
    }

    @PostMapping(SequenceRequest.PATH)
    SequenceRequest.Answer goOn(@RequestBody SequenceRequest request) throws InterruptedException {
        check(request);
        double[] levels = Intervals.levels(request.levels());
        StreamingModel model = models.asked(request.model());
        if (!turns.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw RequestProblem.notReady("other requests go on with sequences");
        }
        try {
            if (request.start()) { // where sequences become more; in a transaction of its own
                transaction.executeWithoutResult(_ -> sequences.deleteIdle(properties.idle(), DELETED_AT_ONCE));
            }
            return Objects.requireNonNull(transaction.execute(_ -> work.goOn(request, model, levels)));
        } catch (PessimisticLockingFailureException e) {
            throw RequestProblem.notReady("another request goes on with the sequence " + request.sequence());
        } finally {
            turns.release();
        }
    }

    @SuppressWarnings("NullAway") // what JSON leaves out is null
    private void check(SequenceRequest request) {
        if (request.model() == null || request.sequence() == null || request.values() == null) {
            throw new RequestProblem(HttpStatus.BAD_REQUEST, "bad-sequence", "expected a model, a sequence and values");
        }
        if (request.horizon() < 0 || request.horizon() > maxHorizon) {
            throw SequenceWork.refused("horizon: expected 0 to " + maxHorizon + " steps but was " + request.horizon());
        }
        for (double value : request.values()) {
            if (Double.isInfinite(value)) {
                throw SequenceWork.refused("values: expected finite numbers but was " + value);
            }
        }
    }
}
