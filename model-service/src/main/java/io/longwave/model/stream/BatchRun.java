package io.longwave.model.stream;

import io.longwave.db.series.ForgottenSeries;
import io.longwave.db.series.SeriesKinds;
import io.longwave.db.series.SeriesWriter;
import io.longwave.db.stream.StateRow;
import io.longwave.db.stream.StateStore;
import io.longwave.db.stream.StoredSeries;
import io.longwave.db.stream.StreamNotice;
import io.longwave.db.stream.StreamPartition;
import io.longwave.model.serving.Models;
import io.longwave.model.serving.SeriesSlot;
import io.longwave.model.serving.SeriesStates;
import io.longwave.series.KindDecision;
import io.longwave.series.SeriesKey;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.wire.StreamMessage.ChooseKind;
import io.longwave.wire.StreamMessage.Forget;
import io.longwave.wire.StreamMessage.Promote;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.StreamMessage.Watch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one batch does inside its transaction: brings the series it needs to life, takes its records in order through the models, and
 * writes what came of it. Used once; a batch that is tried again is another run from the same committed states.
 */
final class BatchRun {
    private final StreamPartition partition;
    private final StreamRules rules;
    private final Models models;
    private final SeriesStates states;
    private final Function<String, @Nullable SeriesSlot> committed;
    private final long room;

    private final Map<String, SeriesRun> touched = new LinkedHashMap<>();
    private final Map<String, Refusal> refused = new HashMap<>();
    private final Map<String, Forgotten> forgotten = new LinkedHashMap<>();
    private final BatchResults results;

    /** Why nothing can be done with a series. */
    private record Refusal(Reason reason, String detail) {}

    /**
     * @param committed the slot of a series in memory by key, or null
     * @param room bytes that states may take that are not in memory yet, unless they are of one record
     * @param givenUp series by key whose samples become dead letters, and what is wrong with them
     */
    BatchRun(StreamPartition partition, StreamRules rules, Models models, SeriesStates states,
            Function<String, @Nullable SeriesSlot> committed, long room, Map<String, String> givenUp) {
        this.partition = partition;
        this.rules = rules;
        this.models = models;
        this.states = states;
        this.committed = committed;
        this.room = room;
        givenUp.forEach((key, problem) -> refused.put(key, new Refusal(Reason.UNPROCESSABLE, problem)));
        this.results = new BatchResults(partition);
    }

    /** Takes the records through the models, in order. Reads the database, and writes to it only the numbers of new series. */
    void process(Connection connection, List<StreamRecord> records) throws SQLException {
        gather(connection, records);
        for (StreamRecord record : records) {
            results.count("records", 1);
            switch (record.message()) {
                case null -> results.deadRecord(record, Reason.UNDECODABLE, Objects.requireNonNull(record.problem()));
                case Samples samples -> samples(record, samples);
                case Promote promote -> promote(connection, record, promote);
                case Watch watch -> watch(record, watch);
                case ChooseKind choose -> choose(connection, record, choose);
                case Forget forget -> forget(connection, record, forget);
            }
        }
    }

    /** Makes a record that nothing could be done with a dead letter. */
    void giveUp(StreamRecord record, Exception problem) {
        results.count("records", 1);
        results.deadRecord(record, Reason.UNPROCESSABLE, problem.toString());
    }

    void writePoints(Connection connection) throws SQLException {
        results.writePoints(connection);
    }

    void writeEvents(Connection connection) throws SQLException {
        for (SeriesRun series : touched.values()) {
            series.writeServing(connection);
        }
        SeriesKinds.write(connection, touched.values().stream().map(SeriesRun::kindChange).flatMap(Optional::stream).toList());
        ForgottenSeries.write(connection, forgotten.values().stream().collect(Collectors.toMap(Forgotten::id, Forgotten::when)));
        results.writeEvents(connection);
    }

    /** @return how many states were due */
    int writeStates(Connection connection, long asOf, long epoch) throws SQLException {
        List<StateRow> rows = new ArrayList<>();
        for (SeriesRun series : touched.values()) {
            if (series.checkpointDue()) {
                rows.add(states.checkpoint(series.slot(), partition.partition(), asOf, epoch));
            }
        }
        if (StateStore.save(connection, rows) != rows.size()) {
            // Seen only when two partitions begin the same series in the same moment; the second try finds it owned and says so.
            throw new SeriesMovedException("a series of " + partition + " was begun by another partition meanwhile");
        }
        return rows.size();
    }

    void writeNotice(Connection connection) throws SQLException {
        List<Long> ids = Stream.concat(touched.values().stream().map(SeriesRun::id), forgotten.values().stream().map(Forgotten::id))
                .sorted().toList();
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("select pg_notify(?, ?)")) {
            statement.setString(1, StreamNotice.CHANNEL);
            statement.setString(2, StreamNotice.payload(ids));
            statement.execute();
        }
    }

    /** Hands over the series this batch changed, by key, as they are after it; for publication once the batch is committed. */
    void forEachChanged(BiConsumer<String, SeriesSlot> published) {
        touched.forEach((key, series) -> {
            if (series.changed()) {
                published.accept(key, series.slot());
            }
        });
    }

    /** Keys of the series that are not known after this batch. */
    Collection<String> forgotten() {
        return forgotten.keySet();
    }

    BatchResults results() {
        return results;
    }

    /** Finds every series that the records name, in memory, then in the database, and adds those that are new. */
    private void gather(Connection connection, List<StreamRecord> records) throws SQLException {
        Map<String, SeriesKey> unknown = new LinkedHashMap<>();
        for (StreamRecord record : records) {
            switch (record.message()) {
                case null -> {
                }
                case Samples samples -> samples.series().forEach(series -> lookUp(series.key(), unknown));
                case Promote promote -> lookUp(promote.series(), unknown);
                case Watch watch -> lookUp(watch.series(), unknown);
                case ChooseKind choose -> lookUp(choose.series(), unknown);
                case Forget _ -> {
                } // of which no series is made
            }
        }
        if (unknown.isEmpty()) {
            return;
        }
        Map<SeriesKey, Long> ids = SeriesWriter.resolve(connection, unknown.values());
        List<StoredSeries> found = StateStore.load(connection, ids.values());
        if (found.size() != ids.size()) {
            throw new SeriesMovedException("a series of " + partition + " was forgotten by another partition meanwhile");
        }
        long bytes = 0;
        for (StoredSeries stored : found) {
            StateRow state = stored.state();
            if (state != null && state.partition() != partition.partition()) {
                refused.put(stored.key(), new Refusal(Reason.WRONG_PARTITION, belongsTo(state.partition())));
                continue;
            }
            SeriesSlot slot = states.load(connection, stored, name -> results.count(name, 1));
            touched.put(stored.key(), new SeriesRun(slot, true, rules, results));
            bytes += ResidentMemory.bytesOfSeries(slot.model(), stored.key().length());
            if (bytes > room && records.size() > 1) {
                throw new TooManyStatesException("expected states of at most " + room + " bytes in a transaction of " + partition);
            }
        }
    }

    private void lookUp(String key, Map<String, SeriesKey> unknown) {
        if (touched.containsKey(key) || unknown.containsKey(key) || refused.containsKey(key)) {
            return;
        }
        SeriesSlot slot = committed.apply(key);
        if (slot != null) {
            touched.put(key, new SeriesRun(slot, false, rules, results));
            return;
        }
        try {
            unknown.put(key, SeriesKey.parse(key));
        } catch (IllegalArgumentException e) {
            refused.put(key, new Refusal(Reason.BAD_KEY, String.valueOf(e.getMessage())));
        }
    }

    private Refusal refusal(String key) {
        return Objects.requireNonNull(refused.get(key));
    }

    private void samples(StreamRecord record, Samples samples) {
        long latest = latestAccepted(record);
        int item = 0;
        for (SeriesSamples given : samples.series()) {
            int length = given.values().length;
            SeriesRun series = touched.get(given.key());
            if (series == null) {
                Refusal why = refusal(given.key());
                for (int i = 0; i < length; i++) {
                    results.deadSample(record, item + i, why.reason(), why.detail(), given, i);
                }
            } else {
                series.declare(given.kind());
                int[] order = usable(record, item, given, latest);
                for (int i : order) {
                    series.sample(given.timeNanos()[i], given.values()[i]);
                }
            }
            item += length;
        }
    }

    /** A sample may not be later than this; saturates where nanoseconds end. */
    private long latestAccepted(StreamRecord record) {
        try {
            return Math.addExact(Math.addExact(Math.multiplyExact(record.timestamp().getEpochSecond(), 1_000_000_000L),
                    record.timestamp().getNano()), rules.farFuture().toNanos());
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Indices of the usable samples of a record, by time; of several with one time the one written last. */
    private int[] usable(StreamRecord record, int firstItem, SeriesSamples given, long latest) {
        long[] times = given.timeNanos();
        int[] usable = new int[times.length];
        int count = 0;
        boolean ascending = true;
        for (int i = 0; i < times.length; i++) {
            double value = given.values()[i];
            if (!Double.isFinite(value)) {
                results.deadSample(record, firstItem + i, Reason.NOT_FINITE, "expected a finite value but was " + value, given, i);
            } else if (times[i] > latest) {
                results.deadSample(record, firstItem + i, Reason.FAR_FUTURE, "expected a time of at most " + latest + " ns, which is "
                        + rules.farFuture() + " after the record's timestamp, but was " + times[i] + " ns", given, i);
            } else {
                ascending &= count == 0 || times[usable[count - 1]] < times[i];
                usable[count++] = i;
            }
        }
        if (ascending) {
            return Arrays.copyOf(usable, count);
        }
        TreeMap<Long, Integer> byTime = new TreeMap<>();
        for (int k = 0; k < count; k++) {
            int i = usable[k];
            if (byTime.put(times[i], i) != null) {
                results.count("merged", 1);
            }
        }
        return byTime.values().stream().mapToInt(Integer::intValue).toArray();
    }

    private void promote(Connection connection, StreamRecord record, Promote promote) throws SQLException {
        SeriesRun series = touched.get(promote.series());
        if (series == null) {
            deadControl(record, promote.series());
            return;
        }
        String id = promote.model();
        Optional<StreamingModel> found = id.isEmpty() || id.equals(models.byDefault().id())
                ? Optional.of(models.byDefault())
                : models.find(id);
        if (found.isEmpty()) {
            results.deadRecord(record, Reason.UNKNOWN_MODEL, "expected the id of a registered model but was \"" + id + "\"; "
                    + promote.series() + " stays with " + series.model().id());
            return;
        }
        StreamingModel model = found.get();
        series.serve(model, states.warm(connection, series.id(), series.kind().kind(), model).state(),
                id.isEmpty() || model == models.byDefault() ? null : id);
        results.count("promotions", 1);
    }

    private void watch(StreamRecord record, Watch watch) {
        SeriesRun series = touched.get(watch.series());
        if (series == null) {
            deadControl(record, watch.series());
        } else if (watch.watched() && (watch.horizon() < 1 || watch.horizon() > rules.maxHorizon())) {
            results.deadRecord(record, Reason.BAD_HORIZON,
                    "expected a horizon from 1 to " + rules.maxHorizon() + " but was " + watch.horizon());
        } else {
            series.watch(watch.watched(), watch.watched() ? watch.horizon() : series.horizon());
        }
    }

    private void choose(Connection connection, StreamRecord record, ChooseKind choose) throws SQLException {
        SeriesRun series = touched.get(choose.series());
        if (series == null) {
            deadControl(record, choose.series());
            return;
        }
        KindDecision decision = new KindDecision(series.kind().declared(), choose.kind());
        if (!decision.equals(series.kind())) {
            series.decide(decision, states.warm(connection, series.id(), decision.kind(), series.model()));
        }
    }

    private void forget(Connection connection, StreamRecord record, Forget forget) throws SQLException {
        String key = forget.series();
        SeriesSlot slot = committed.apply(key);
        StoredSeries stored = slot == null ? StateStore.find(connection, key).orElse(null) : null;
        if (stored != null && stored.state() != null && stored.state().partition() != partition.partition()) {
            results.deadRecord(record, Reason.WRONG_PARTITION, belongsTo(stored.state().partition()));
            return;
        }
        if (slot == null && stored == null || forgotten.containsKey(key)) {
            results.count("forget-outdated", 1); // forgotten before
            return;
        }
        long id = slot != null ? slot.seriesId() : Objects.requireNonNull(stored).seriesId();
        long lastTime = slot != null ? slot.lastTime() : Objects.requireNonNull(stored).lastTime();
        if (forget.lastTimeNanos() != null && forget.lastTimeNanos() != lastTime) {
            results.count("forget-outdated", 1); // written meanwhile
            return;
        }
        forgotten.put(key, new Forgotten(id, record.timestamp()));
        results.count("forgotten", 1);
    }

    private record Forgotten(long id, Instant when) {}

    private static String belongsTo(int other) {
        return "the series belongs to partition " + other + ": expected the record there, keyed by the canonical series key";
    }

    private void deadControl(StreamRecord record, String key) {
        Refusal why = refusal(key);
        results.deadRecord(record, why.reason(), why.detail());
    }
}
