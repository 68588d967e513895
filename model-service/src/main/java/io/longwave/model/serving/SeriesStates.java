package io.longwave.model.serving;

import io.longwave.db.point.PointHistory;
import io.longwave.db.point.PointHistory.History;
import io.longwave.db.stream.StateRow;
import io.longwave.db.stream.StoredSeries;
import io.longwave.model.anomaly.Incident;
import io.longwave.model.serving.SeriesSlot.Checkpoint;
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

    /**
     * The series as the last commit left it, by its serving model: its checkpoint, stepped by the points after it. A state that this program cannot continue is
     * replaced by a warmed one.
     */
    public SeriesSlot load(Connection connection, StoredSeries stored, Remarks remarks) throws SQLException {
        SeriesKey key = SeriesKey.parse(stored.key());
        StreamingModel model = serving(stored, remarks);
        StateRow row = stored.state();
        if (row != null) {
            if (row.model().equals(model.id()) && row.format() == model.stateFormat() && row.profile().equals(model.numericProfile())) {
                try {
                    return continued(stored, key, model, row);
                } catch (IllegalArgumentException e) {
                    remarks.count("state-unreadable");
                }
            }
            remarks.count("state-warmed");
            return warmed(connection, stored, key, model, lasting(row));
        }
        if (stored.lastTime() == Long.MIN_VALUE) {
            return new SeriesSlot(stored.seriesId(), key, stored.kind(), stored.serving(), model, model.newState(), Long.MIN_VALUE,
                    Double.NaN, null, 0, null);
        }
        remarks.count("state-warmed");
        return warmed(connection, stored, key, model, null);
    }

    /** What the model did between the checkpoint and the last commit is in the points: whatever else may happen to a series has it saved at once. */
    private static SeriesSlot continued(StoredSeries stored, SeriesKey key, StreamingModel model, StateRow row) {
        SlotBytes bytes = SlotBytes.read(row.state());
        SeriesKind kind = stored.kind().kind();
        if (kind == SeriesKind.COUNTER && Double.isNaN(bytes.lastValue()) && row.lastTime() != Long.MIN_VALUE) {
            throw new IllegalArgumentException("it was stepped by a program that knew no counters");
        }
        SeriesState state = model.readState(bytes.modelState());
        double lastValue = step(state, kind, row.lastTime(), bytes.lastValue(), stored.unseen());
        int samplesSince = stored.unseen().times().length;
        return new SeriesSlot(stored.seriesId(), key, stored.kind(), stored.serving(), model, state, stored.lastTime(), lastValue,
                bytes.incident(), bytes.sinceForecast() + samplesSince, new Checkpoint(row.lastTime(), samplesSince));
    }

    /** Steps the state by points that follow on this time and value; the last value afterwards. */
    private static double step(SeriesState state, SeriesKind kind, long time, double value, History points) {
        for (int i = 0; i < points.times().length; i++) {
            double seen = kind.seen(time, value, points.times()[i], points.values()[i]);
            time = points.times()[i];
            value = points.values()[i];
            if (!Double.isNaN(seen)) {
                state.step(time, seen);
            }
        }
        return value;
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
        History history = PointHistory.last(connection, seriesId, kind == SeriesKind.COUNTER ? Math.addExact(steps, 1) : steps);
        SeriesState state = model.newState();
        double lastValue = step(state, kind, Long.MIN_VALUE, Double.NaN, history);
        int length = history.times().length;
        return new Warmed(state, length == 0 ? Long.MIN_VALUE : history.times()[length - 1], lastValue);
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
        return models.promoted(promoted).orElseGet(() -> {
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

    private SeriesSlot warmed(Connection connection, StoredSeries stored, SeriesKey key, StreamingModel model, @Nullable Incident incident)
            throws SQLException {
        Warmed warmed = warm(connection, stored.seriesId(), stored.kind().kind(), model);
        boolean known = warmed.lastTime() >= stored.lastTime();
        return new SeriesSlot(stored.seriesId(), key, stored.kind(), stored.serving(), model, warmed.state(),
                known ? warmed.lastTime() : stored.lastTime(), known ? warmed.lastValue() : Double.NaN, incident, 0, null);
    }
}
