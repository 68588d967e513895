package io.longwave.model.stream;

import io.longwave.db.anomaly.AnomalyEvent;
import io.longwave.db.forecast.NewForecast;
import io.longwave.db.model.ServingStore;
import io.longwave.db.model.ServingStore.Serving;
import io.longwave.db.series.SeriesKinds;
import io.longwave.model.anomaly.Incident;
import io.longwave.model.anomaly.IncidentRules;
import io.longwave.model.serving.Outlooks;
import io.longwave.model.serving.SeriesSlot;
import io.longwave.model.serving.SeriesSlot.Checkpoint;
import io.longwave.model.serving.SeriesStates.Warmed;
import io.longwave.series.CounterRate;
import io.longwave.series.DeclaredKind;
import io.longwave.series.KindDecision;
import io.longwave.series.SeriesKey;
import io.longwave.series.SeriesKind;
import io.longwave.ssm.streaming.Cadence;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.ssm.streaming.StreamingModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A series while the batch works on it; its state is copied before the first step. */
final class SeriesRun {
    private final StreamRules rules;
    private final BatchResults results;
    private final SeriesSlot before;
    private final boolean fresh;
    private final long id;
    private final SeriesKey key;
    private KindDecision kind;
    private Serving serving;
    private StreamingModel model;
    private SeriesState state;
    private long lastTime;
    private double lastValue;
    private @Nullable Incident incident;
    private int sinceForecast;
    private boolean own;
    private boolean kindDecided;
    private @Nullable Long kindSince;
    private boolean servingChanged;
    private boolean changed;
    private int samples;
    private boolean moreThanPoints;

    /** @param fresh true if the slot came from the database and is not in memory yet; nobody else has its state then */
    SeriesRun(SeriesSlot slot, boolean fresh, StreamRules rules, BatchResults results) {
        this.rules = rules;
        this.results = results;
        before = slot;
        this.fresh = fresh;
        id = slot.seriesId();
        key = slot.key();
        kind = slot.kind();
        serving = slot.serving();
        model = slot.model();
        state = slot.state();
        lastTime = slot.lastTime();
        lastValue = slot.lastValue();
        incident = slot.incident();
        sinceForecast = slot.sinceForecast();
        own = fresh;
        changed = fresh;
        moreThanPoints = slot.checkpoint() == null;
    }

    long id() {
        return id;
    }

    StreamingModel model() {
        return model;
    }

    /** Steps of its stored forecasts. */
    int horizon() {
        return serving.horizon();
    }

    /** Whether memory must hold another slot after this batch. */
    boolean changed() {
        return changed;
    }

    /**
     * Whether the state must be saved with this batch. It may wait as long as the stored checkpoint and the points after it say all of it: a sample that is
     * stored as a point needs nothing more. Everything else that happens to a series has it saved at once. So have steps of a promoted model, which may take
     * a thousand times as long as those of the online model: they are not made again.
     */
    boolean checkpointDue() {
        return moreThanPoints || samples > 0 && (serving.model() != null || samplesSince() >= rules.checkpointEvery(id, fresh));
    }

    private int samplesSince() {
        return Objects.requireNonNull(before.checkpoint()).samplesSince() + samples;
    }

    SeriesSlot slot() {
        if (!changed) {
            return before;
        }
        Checkpoint checkpoint = checkpointDue()
                ? new Checkpoint(lastTime, 0)
                : new Checkpoint(Objects.requireNonNull(before.checkpoint()).lastTime(), samplesSince());
        return new SeriesSlot(id, key, kind, serving, model, state, lastTime, lastValue, incident, sinceForecast, checkpoint);
    }

    /** Samples that did not come when the ones before let expect. */
    private void countDistance(long time) {
        long usual = state.stepNanos();
        if (lastTime == Long.MIN_VALUE || time - lastTime == usual || usual == 0 || time - lastTime < 0) {
            return; // below 0 where it is beyond 64 bits
        }
        int missing = Cadence.missingSteps(time - lastTime, usual);
        if (missing > 0) {
            results.count("missing", missing);
        }
        if (Cadence.isIrregular(time - lastTime, usual)) {
            results.count("irregular", 1);
        }
    }

    void sample(long time, double value) {
        if (time <= lastTime) {
            late(time, value);
            return;
        }
        countDistance(time);
        step();
        samples++;
        double seen = kind.kind().seen(lastTime, lastValue, time, value);
        if (kind.kind() == SeriesKind.COUNTER && CounterRate.restarted(lastValue, value)) {
            results.count("counter-restarted", 1);
        }
        lastTime = time;
        lastValue = value;
        Judgement judgement = Double.isNaN(seen) ? null : Outlooks.step(state, kind.kind(), time, seen);
        if (judgement == null) {
            results.unjudged(id, time, value, model.id());
        } else {
            results.judged(id, time, value, judgement, model.id());
            Incident after = rules.incidents().after(incident, model.id(), time, seen, judgement);
            if (after != null && after != incident) {
                record(after);
            }
            incident = after == null || after.ended() ? null : after;
        }
        sinceForecast = Math.min(sinceForecast + 1, rules.storeEvery());
        storeForecast();
    }

    private void late(long time, double value) {
        results.late(id, time, value);
        // Among the points that the checkpoint has not seen, it would be one that the model did not see, or not with this value.
        boolean unseen = before.checkpoint() == null || time > before.checkpoint().lastTime();
        boolean repeated = time == lastTime && value == lastValue; // which changes nothing
        if (unseen && !repeated) {
            changed = true;
            moreThanPoints = true;
        }
    }

    void serve(StreamingModel next, SeriesState warmed, @Nullable String promoted) {
        endIncident();
        model = next;
        serving = new Serving(promoted, serving.watched(), serving.horizon());
        servingChanged = true;
        beginAgain(warmed);
    }

    /** What its samples say of its kind. The model begins with nothing where that changes it: stored points may not hold all of this batch yet. */
    void declare(@Nullable DeclaredKind declared) {
        if (declared != null && declared.kind() != kind.declared()
                && (declared != DeclaredKind.COUNTER_BY_NAME || kind.declared() == null)) {
            decide(new KindDecision(declared.kind(), kind.chosen()), new Warmed(model.newState(), Long.MIN_VALUE, Double.NaN));
        }
    }

    /** @param from what the model goes on from if its kind changes */
    void decide(KindDecision decision, Warmed from) {
        change();
        boolean begins = decision.kind() != kind.kind() && lastTime != Long.MIN_VALUE;
        if (begins) {
            endIncident();
        }
        kind = decision;
        kindDecided = true;
        if (begins) {
            kindSince = lastTime;
            if (Double.isNaN(lastValue) && from.lastTime() == lastTime) {
                lastValue = from.lastValue();
            }
            results.count("kind-changed", 1);
            beginAgain(from.state());
        }
    }

    private void endIncident() {
        if (incident != null) {
            record(incident.end());
            incident = null;
        }
    }

    private void beginAgain(SeriesState from) {
        change();
        state = from;
        sinceForecast = rules.storeEvery();
        storeForecast();
    }

    void watch(boolean watched, int horizon) {
        change();
        serving = new Serving(serving.model(), watched, horizon);
        servingChanged = true;
        sinceForecast = rules.storeEvery();
        storeForecast();
    }

    KindDecision kind() {
        return kind;
    }

    /** What to write of a decision about its kind; empty if there was none. */
    Optional<SeriesKinds.Change> kindChange() {
        return kindDecided ? Optional.of(new SeriesKinds.Change(id, kind, kindSince)) : Optional.empty();
    }

    /** Writes what was decided for it, if that changed. */
    void writeServing(Connection connection) throws SQLException {
        if (servingChanged) {
            ServingStore.write(connection, id, serving);
        }
    }

    /** Before something happens to it of which its points say nothing. */
    private void change() {
        step();
        moreThanPoints = true;
    }

    /** Before its state is stepped. */
    private void step() {
        if (!own) {
            state = state.copy();
            own = true;
        }
        changed = true;
    }

    private void record(Incident now) {
        moreThanPoints = true;
        String eventId = IncidentRules.eventId(key.canonical(), now.startTime(), now.model());
        results.event(new AnomalyEvent(eventId, id, now.startTime(), now.ended() ? now.lastTime() : null, now.peakTime(),
                (float) now.peakScore(), now.peakValue(), now.expected(), now.points(), now.model(), kind.kind()));
    }

    /** Due after every {@code storeEvery} samples of a series that is promoted or watched, and once as soon as it becomes so. */
    private void storeForecast() {
        if (sinceForecast < rules.storeEvery() || !(serving.watched() || serving.model() != null)) {
            return;
        }
        double[] levels = rules.levels();
        Outlook outlook = Outlooks.forecast(state, kind.kind(), serving.horizon(), levels);
        if (outlook != null) {
            results.forecast(
                    new NewForecast(id, state.lastTimeNanos(), outlook.stepNanos(), model.id(), outlook.mean(), levels, outlook.lower(),
                            outlook.upper(), kind.kind()).withinTime());
            sinceForecast = 0;
            moreThanPoints = true;
        }
    }
}
