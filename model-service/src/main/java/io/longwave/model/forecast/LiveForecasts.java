package io.longwave.model.forecast;

import io.longwave.db.stream.Positions;
import io.longwave.db.stream.StateStore;
import io.longwave.db.stream.StoredSeries;
import io.longwave.model.serving.Outlooks;
import io.longwave.model.serving.SeriesSlot;
import io.longwave.model.serving.SeriesStates;
import io.longwave.model.stream.InstanceUrl;
import io.longwave.model.stream.SampleStream;
import io.longwave.model.stream.SampleStream.Location;
import io.longwave.series.Forecast;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.wire.Topics;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/** Forecasts from the states as the last commits left them. */
@Component
class LiveForecasts {
    private final SampleStream stream;
    private final SeriesStates states;
    private final DataSource dataSource;
    private final InstanceUrl here;

    LiveForecasts(SampleStream stream, SeriesStates states, DataSource dataSource, InstanceUrl here) {
        this.stream = stream;
        this.states = states;
        this.dataSource = dataSource;
        this.here = here;
    }

    /** What can come of a request. */
    sealed interface Answer {
        record Made(Forecast forecast) implements Answer {}

        record Unknown() implements Answer {}

        record WarmingUp(long samplesSeen) implements Answer {}

        /** @param owner the instance that has the partition; empty if that may be this one, which is not ready then */
        record NotHere(int partition, Optional<URI> owner) implements Answer {}
    }

    Answer forecast(String key, int horizon, double[] levels) throws SQLException {
        return switch (stream.locate(key)) {
            case Location.Live live -> from(live.slot(), horizon, levels);
            case Location.Stored stored -> stored(key, horizon, levels);
            case Location.Elsewhere elsewhere -> elsewhere(elsewhere.partition());
        };
    }

    private Answer stored(String key, int horizon, double[] levels) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            Optional<StoredSeries> found = StateStore.find(connection, key);
            if (found.isEmpty()) {
                return new Answer.Unknown();
            }
            StoredSeries series = found.get();
            if (series.state() != null && !stream.owns(series.state().partition())) {
                return elsewhere(connection, series.state().partition());
            }
            return from(states.load(connection, series, name -> {
            }), horizon, levels);
        }
    }

    private Answer elsewhere(int partition) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return elsewhere(connection, partition);
        }
    }

    private Answer elsewhere(Connection connection, int partition) throws SQLException {
        return new Answer.NotHere(partition,
                Positions.owner(connection, Topics.SAMPLES, partition).filter(owner -> !owner.equals(here.get())));
    }

    private static Answer from(SeriesSlot slot, int horizon, double[] levels) {
        // A copy, because a model may use scratch space of its state, and other requests read the same one.
        Outlook outlook = Outlooks.forecast(slot.state().copy(), slot.kind().kind(), horizon, levels);
        if (outlook == null) {
            return new Answer.WarmingUp(slot.state().samplesSeen());
        }
        return new Answer.Made(new Forecast(slot.key().canonical(), slot.model().id(), slot.state().lastTimeNanos(), outlook.stepNanos(),
                Intervals.mean(outlook), Intervals.of(outlook, levels)));
    }
}
