package io.longwave.model.forecast;

import io.longwave.db.stream.Positions;
import io.longwave.db.stream.StateRow;
import io.longwave.db.stream.StateStore;
import io.longwave.db.stream.StoredSeries;
import io.longwave.model.serving.Outlooks;
import io.longwave.model.serving.SeriesSlot;
import io.longwave.model.serving.SeriesStates;
import io.longwave.model.stream.InstanceUrl;
import io.longwave.model.stream.SampleStream;
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
        Optional<SeriesSlot> live = stream.live(key);
        return live.isPresent() ? from(live.get(), horizon, levels) : stored(key, horizon, levels);
    }

    private Answer stored(String key, int horizon, double[] levels) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            Optional<StoredSeries> found = StateStore.find(connection, key);
            StateRow state = found.map(StoredSeries::state).orElse(null);
            int partition = state == null ? stream.partition(key) : state.partition();
            if (!stream.owns(partition)) {
                return new Answer.NotHere(partition,
                        Positions.owner(connection, Topics.SAMPLES, partition).filter(owner -> !owner.equals(here.get())));
            }
            return found.isEmpty() ? new Answer.Unknown() : from(states.load(connection, found.get(), name -> {
            }), horizon, levels);
        }
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
