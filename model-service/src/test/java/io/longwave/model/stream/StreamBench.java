package io.longwave.model.stream;

import io.longwave.db.stream.StateStore;
import io.longwave.db.stream.StreamPartition;
import io.longwave.model.anomaly.IncidentRules;
import io.longwave.model.serving.Models;
import io.longwave.model.serving.SeriesSlot;
import io.longwave.model.serving.SeriesStates;
import io.longwave.series.SeriesKey;
import io.longwave.series.DeclaredKind;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.springframework.mock.env.MockEnvironment;

/** Partition processors over a real database, and the records to feed them; Kafka itself is left out. */
final class StreamBench {
    static final long SECOND = 1_000_000_000L;
    static final long START = 1_750_000_000L * SECOND;
    static final StreamPartition PARTITION = new StreamPartition("cluster-a", "topic-a", Topics.SAMPLES, 3);

    /** A key may be that of several series, all but one of which are forgotten. */
    private static final String NAMED = "with named as (select id, key || coalesce(' until ' || forgotten_at, '') as name from series) ";

    private static final int STORE_EVERY = 4;

    private final DataSource dataSource;
    private final Models models = new KnownModels();
    private final SeriesStates states = new SeriesStates(models, 50);
    final Map<String, StreamingModel> registered = new HashMap<>();
    StreamingModel defaultModel = new RunningMeanModel("mean-1", "test");
    long residentBytes = 1 << 20;
    int checkpointEvery = 7;
    TransactionLimits limits = new TransactionLimits(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(60));

    StreamBench(DataSource dataSource) {
        this.dataSource = dataSource;
        registered.put("mean-2", new RunningMeanModel("mean-2", "test"));
    }

    PartitionProcessor processor() {
        return processor(BatchObserver.NONE);
    }

    PartitionProcessor processor(BatchObserver observer) {
        return processor(PARTITION, observer);
    }

    PartitionProcessor processor(StreamPartition partition, BatchObserver observer) {
        StreamRules rules = new StreamRules(new IncidentRules(0.95, 0.9, 3), Duration.ofHours(24), STORE_EVERY, 100, new double[]{0.9, 0.5},
                checkpointEvery);
        return new PartitionProcessor(partition,
                new PartitionProcessor.Shared(dataSource, rules, models, states, limits,
                        new InstanceUrl(URI.create("http://bench:8082"), new MockEnvironment()), new ResidentMemory(residentBytes),
                        new StreamMeters(new SimpleMeterRegistry()), observer, new Semaphore(1), duration -> true, () -> {
                        }));
    }

    private final class KnownModels implements Models {
        @Override
        public StreamingModel byDefault() {
            return defaultModel;
        }

        @Override
        public Optional<StreamingModel> find(String id) {
            return Optional.ofNullable(registered.get(id));
        }
    }

    /** Records with offsets in a row. */
    static final class Log {
        final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

        Log samples(String key, double... timesAndValues) {
            return samples(key, null, timesAndValues);
        }

        /** @param kind what the record says the series is */
        Log samples(String key, @Nullable DeclaredKind kind, double... timesAndValues) {
            long[] times = new long[timesAndValues.length / 2];
            double[] values = new double[times.length];
            for (int i = 0; i < times.length; i++) {
                times[i] = START + Math.round(timesAndValues[2 * i] * SECOND);
                values[i] = timesAndValues[2 * i + 1];
            }
            return add(key, new Samples(List.of(new SeriesSamples(key, times, values, kind))));
        }

        /** One record of several series, each with one sample at that time. */
        Log together(double time, List<String> keys, double... values) {
            long[] nanos = {START + Math.round(time * SECOND)};
            List<SeriesSamples> all = new ArrayList<>();
            for (int i = 0; i < values.length; i++) {
                all.add(new SeriesSamples(keys.get(i), nanos.clone(), new double[]{values[i]}));
            }
            return add(keys.getFirst(), new Samples(all));
        }

        Log add(String key, StreamMessage message) {
            return raw(key, StreamCodec.encode(message));
        }

        Log raw(String key, byte[] value) {
            long offset = records.size();
            // The stream's clock: a record arrives a second after the one before it.
            long millis = (START + offset * SECOND) / 1_000_000;
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            records.add(
                    new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, millis, TimestampType.CREATE_TIME, bytes.length,
                            value.length, bytes, value, new RecordHeaders(), Optional.empty()));
            return this;
        }

        List<ConsumerRecord<byte[], byte[]>> from(long offset, int atMost) {
            int begin = (int) offset;
            return records.subList(begin, Math.min(begin + atMost, records.size()));
        }
    }

    static String key(String field) {
        return SeriesKey.of("default", "test", "machine", Map.of("host", "a"), field).canonical();
    }

    /** Claims and processes everything that is left, in polls of this size. */
    PartitionProcessor run(PartitionProcessor processor, Log log, int pollSize) throws Exception {
        long next = processor.claim(0).nextOffset();
        while (next < log.records.size()) {
            List<ConsumerRecord<byte[], byte[]>> polled = log.from(next, pollSize);
            processor.process(polled);
            next += polled.size();
        }
        return processor;
    }

    /** Everything the stream has written, in words that do not depend on row numbers, epochs or the cutting into batches. */
    List<String> dump() throws SQLException {
        List<String> all = new ArrayList<>();
        all.addAll(rows(NAMED + """
                select 'point', named.name, p.time, p.value, p.predicted, p.lower, p.upper, p.score, p.model
                from point p left join named on named.id = p.series_id order by named.name, p.time"""));
        all.addAll(
                rows(NAMED
                        + """
                                select 'anomaly', a.id, named.name, a.start_time, a.end_time, a.peak_time, a.peak_score, a.peak_value, a.expected, a.points, a.model
                                from anomaly a join named on named.id = a.series_id order by a.id"""));
        all.addAll(rows(NAMED + """
                select 'forecast', named.name, f.issued_at, f.step, f.model, f.mean, f.levels, f.lower, f.upper
                from forecast f join named on named.id = f.series_id order by named.name, f.issued_at"""));
        all.addAll(rows(
                NAMED + """
                        select 'kind', named.name, s.declared_kind, s.chosen_kind, s.kind_since from series s join named on named.id = s.id order by named.name"""));
        all.addAll(rows(NAMED + """
                select 'serving', named.name, v.model, v.watched, v.horizon from series_serving v join named on named.id = v.series_id
                order by named.name"""));
        for (String row : rows("""
                select s.key, t.partition, t.model, t.format, t.profile from series_state t join series s on s.id = t.series_id
                order by s.key""")) {
            String key = row.substring(0, row.indexOf(" | "));
            all.add(String.join(" | ", "state", row, inWords(restored(key))));
        }
        all.addAll(rows("select 'counter', partition, name, count from stream_counter order by name"));
        all.addAll(rows(NAMED + """
                select 'dead', record_offset, item, reason, detail, payload, record_time, published from dead_letter
                order by record_offset, item"""));
        all.addAll(rows("select 'position', partition, next_offset from stream_position"));
        return all;
    }

    /** What a series goes on from if memory has lost it. */
    SeriesSlot restored(String key) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return states.load(connection, StateStore.find(connection, key).orElseThrow(), remark -> {
                throw new AssertionError(key + ": " + remark);
            });
        }
    }

    /** All that decides what becomes of the next sample. */
    static String inWords(SeriesSlot slot) {
        return String.join(" | ", slot.key().canonical(), slot.kind().toString(), slot.serving().toString(), slot.model().id(),
                Long.toString(slot.lastTime()), Double.toString(slot.lastValue()), String.valueOf(slot.incident()),
                Integer.toString(Math.min(slot.sinceForecast(), STORE_EVERY)), HexFormat.of().formatHex(slot.state().write()));
    }

    List<String> rows(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection(); ResultSet rows = connection.createStatement().executeQuery(sql)) {
            List<String> all = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int column = 1; column <= columns; column++) {
                    row.append(column == 1 ? "" : " | ").append(rows.getString(column));
                }
                all.add(row.toString());
            }
            return all;
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection(); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
