package io.longwave.model.serving;

import io.longwave.db.point.PointHistory;
import io.longwave.db.stream.StateRow;
import io.longwave.db.stream.StoredSeries;
import io.longwave.model.anomaly.Incident;
import io.longwave.series.SeriesKey;
import io.longwave.series.SeriesKind;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.StreamingModel;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Brings series from the database to life and back. Holds nothing, so any thread may use it. */
public final class SeriesStates {
    private final Models models;
    private final int warmUpPoints;

    /** @param warmUpPoints how many of the latest stored points a new state is fed */
    public SeriesStates(Models models, int warmUpPoints) {
        this.models = models;
        this.warmUpPoints = warmUpPoints;
    }

    /** Told of everything that did not go the usual way, by a short name. */
    public interface Remarks {
        void count(String name);
    }

    /** The series as it was left, by its serving model; a state that this program cannot continue is replaced by a warmed one. */
    public SeriesSlot load(Connection connection, StoredSeries stored, Remarks remarks) throws SQLException {
        SeriesKey key = SeriesKey.parse(stored.key());
        StreamingModel model = serving(stored, remarks);
        StateRow row = stored.state();
        if (row != null) {
            if (row.model().equals(model.id()) && row.format() == model.stateFormat() && row.profile().equals(model.numericProfile())) {
                try {
                    SlotBytes bytes = SlotBytes.read(row.state());
                    if (stored.kind().kind() == SeriesKind.COUNTER && Double.isNaN(bytes.lastValue()) && row.lastTime() != Long.MIN_VALUE) {
                        throw new IllegalArgumentException("it was stepped by a program that knew no counters");
                    }
                    SeriesState state = model.readState(bytes.modelState());
                    return new SeriesSlot(stored.seriesId(), key, stored.kind(), stored.serving(), model, state, row.lastTime(),
                            bytes.lastValue(), bytes.incident(),
                            bytes.sinceForecast());
                } catch (IllegalArgumentException e) {
                    remarks.count("state-unreadable");
                }
            }
            remarks.count("state-warmed");
            return warmed(connection, stored, key, model, row.lastTime(), lasting(row));
        }
        Long lastPoint = stored.lastPoint();
        if (lastPoint == null) {
            return new SeriesSlot(stored.seriesId(), key, stored.kind(), stored.serving(), model, model.newState(), Long.MIN_VALUE,
                    Double.NaN, null, 0);
        }
        remarks.count("state-warmed");
        return warmed(connection, stored, key, model, lastPoint, null);
    }

    /**
     * A state that has seen the latest stored points and nothing else.
     *
     * @param lastTime of the newest of them; {@link Long#MIN_VALUE} if there is none
     * @param lastValue its value, as it was written; NaN if there is none
     */
    public record Warmed(SeriesState state, long lastTime, double lastValue) {}

    /** Warms a state of this model from stored points. */
    public Warmed warm(Connection connection, long seriesId, SeriesKind kind, StreamingModel model) throws SQLException {
        int steps = Math.min(warmUpPoints, model.warmUpSamples());
        PointHistory.History history = PointHistory.last(connection, seriesId,
                kind == SeriesKind.COUNTER ? Math.addExact(steps, 1) : steps);
        SeriesState state = model.newState();
        long timeBefore = Long.MIN_VALUE;
        double before = Double.NaN;
        for (int i = 0; i < history.times().length; i++) {
            long time = history.times()[i];
            double value = history.values()[i];
            double seen = kind.seen(timeBefore, before, time, value);
            if (!Double.isNaN(seen)) {
                state.step(time, seen);
            }
            timeBefore = time;
            before = value;
        }
        return new Warmed(state, timeBefore, before);
    }

    /** The checkpoint of a series. */
    public StateRow checkpoint(SeriesSlot slot, int partition, long asOf, long epoch) {
        byte[] bytes = new SlotBytes(slot.lastValue(), slot.sinceForecast(), slot.incident(), slot.state().write()).write();
        return new StateRow(slot.seriesId(), partition, asOf, epoch, slot.model().id(), slot.model().stateFormat(),
                slot.model().numericProfile(), slot.lastTime(), bytes);
    }

    private StreamingModel serving(StoredSeries stored, Remarks remarks) {
        String promoted = stored.serving().model();
        if (promoted == null) {
            return models.byDefault();
        }
        return models.find(promoted).orElseGet(() -> {
            remarks.count("model-missing");
            return models.byDefault();
        });
    }

    /** The incident that was open at the checkpoint, so that it can still end, whatever became of the state. */
    private static @Nullable Incident lasting(StateRow row) {
        try {
            return SlotBytes.read(row.state()).incident();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private SeriesSlot warmed(Connection connection, StoredSeries stored, SeriesKey key, StreamingModel model, long lastTime,
            @Nullable Incident incident) throws SQLException {
        Warmed warmed = warm(connection, stored.seriesId(), stored.kind().kind(), model);
        boolean known = warmed.lastTime() >= lastTime;
        return new SeriesSlot(stored.seriesId(), key, stored.kind(), stored.serving(), model, warmed.state(),
                known ? warmed.lastTime() : lastTime,
                known ? warmed.lastValue() : Double.NaN, incident, 0);
    }
}
