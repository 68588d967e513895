package io.longwave.model.stream;

import io.longwave.db.anomaly.AnomalyEvent;
import io.longwave.db.anomaly.AnomalyWriter;
import io.longwave.db.deadletter.DeadLetter;
import io.longwave.db.deadletter.DeadLetters;
import io.longwave.db.forecast.ForecastWriter;
import io.longwave.db.forecast.NewForecast;
import io.longwave.db.point.LatePoints;
import io.longwave.db.point.NewPoints;
import io.longwave.db.stream.Counters;
import io.longwave.db.stream.StreamPartition;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rows that a batch gathers while its records go through the models, and how often what happened. */
final class BatchResults {
    private final StreamPartition partition;
    private final NewPoints newPoints = new NewPoints();
    private final LatePoints latePoints = new LatePoints();
    private final Map<String, AnomalyEvent> events = new LinkedHashMap<>();
    private final List<NewForecast> forecasts = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();

    BatchResults(StreamPartition partition) {
        this.partition = partition;
    }

    void judged(long series, long time, double value, Judgement judgement, String model) {
        newPoints.add(series, time, value, judgement.predicted(), judgement.lower(), judgement.upper(), judgement.score(), model);
    }

    void unjudged(long series, long time, double value, String model) {
        newPoints.addUnjudged(series, time, value, model);
    }

    void late(long series, long time, double value) {
        latePoints.add(series, time, value);
    }

    /** A new event, or what became of one. */
    void event(AnomalyEvent event) {
        events.put(event.id(), event);
    }

    void forecast(NewForecast forecast) {
        forecasts.add(forecast);
    }

    void deadRecord(StreamRecord record, Reason reason, String detail) {
        dead(record, DeadLetter.WHOLE_RECORD, reason, detail, record.value());
    }

    /** @param item number of the sample in its record */
    void deadSample(StreamRecord record, int item, Reason reason, String detail, SeriesSamples given, int i) {
        dead(record, item, reason, detail, StreamCodec.encode(new Samples(List.of(
                new SeriesSamples(given.key(), new long[]{given.timeNanos()[i]}, new double[]{given.values()[i]}, given.kind())))));
    }

    private void dead(StreamRecord record, int item, Reason reason, String detail, byte[] payload) {
        deadLetters.add(new DeadLetter(partition.topic(), partition.partition(), record.offset(), item, reason.code(), detail, payload,
                record.timestamp()));
        count(reason.code(), 1);
    }

    void count(String name, long more) {
        if (more != 0) {
            counts.merge(name, more, Long::sum);
        }
    }

    Map<String, Long> counts() {
        return counts;
    }

    boolean hasDeadLetters() {
        return !deadLetters.isEmpty();
    }

    void writePoints(Connection connection) throws SQLException {
        newPoints.write(connection);
        count("samples", newPoints.count());
        int inserted = latePoints.write(connection);
        count("late", inserted);
        count("duplicate", latePoints.count() - inserted);
    }

    /** Everything else; after the points, which are counted. */
    void writeEvents(Connection connection) throws SQLException {
        AnomalyWriter.write(connection, events.values());
        ForecastWriter.write(connection, forecasts);
        DeadLetters.write(connection, deadLetters);
        Counters.add(connection, partition.partition(), counts);
    }
}
