package io.longwave.model.stream;

import io.longwave.db.stream.Positions;
import io.longwave.db.stream.Positions.Position;
import io.longwave.db.stream.StreamPartition;
import io.longwave.model.serving.Models;
import io.longwave.model.serving.SeriesSlot;
import io.longwave.model.serving.SeriesStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns one partition: its position and the states of its series. Everything but {@link #published} happens on one thread.
 *
 * <p>A batch is one transaction. It begins by moving the position from where this owner left it; if the position is elsewhere, nothing of
 * the batch happens and the partition is lost. States in memory are replaced only after the commit.
 */
final class PartitionProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionProcessor.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /**
     * What all partitions of a service share.
     *
     * @param turns as many transactions are in the works at a time as this has permits
     */
    record Shared(DataSource dataSource, StreamRules rules, Models models, SeriesStates states, TransactionLimits limits,
            InstanceUrl here, ResidentMemory memory, StreamMeters meters, BatchObserver observer, Semaphore turns, Pause pause,
            Runnable deadLettersWritten) {

        /** Waits for a permit, which goes back when this is closed. */
        private Turn turn() {
            turns.acquireUninterruptibly();
            return turns::release;
        }
    }

    private interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    private final StreamPartition partition;
    private final Shared shared;
    private final ResidentSeries resident;
    private @Nullable Position position;

    PartitionProcessor(StreamPartition partition, Shared shared) {
        this.partition = partition;
        this.shared = shared;
        this.resident = new ResidentSeries(shared.memory(), shared.models().byDefault());
    }

    /**
     * Takes the partition over and forgets every state; the next batch loads what it needs.
     *
     * @param initialOffset where a partition that was never read begins
     * @throws StoppedPartitionException if the topic was made again or the cluster is another: its offsets mean other records
     */
    Position claim(long initialOffset) throws SQLException, StoppedPartitionException {
        drop();
        try (Turn _ = shared.turn(); Connection connection = shared.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            try {
                shared.limits().apply(connection);
                if (Positions.knownOfAnotherTopic(connection, partition)) {
                    throw new StoppedPartitionException("Kafka topic " + partition.topic()
                            + " was deleted and made again, or Kafka is another cluster, so the "
                            + "stored position of partition " + partition.partition() + " does not fit; run ./longwave stream repair");
                }
                Position claimed = Positions.claim(connection, partition, initialOffset, shared.here().get());
                connection.commit();
                position = claimed;
                return claimed;
            } finally {
                rollBack(connection);
            }
        }
    }

    /** Forgets the states; until the next claim the partition is not this one's. */
    void drop() {
        position = null;
        resident.clear();
    }

    /** The series as the last committed batch left it, for any thread; empty if it is not in memory. */
    Optional<SeriesSlot> published(String key) {
        return resident.published(key);
    }

    /** Where the next batch begins, or null if the partition is not claimed; for the worker's thread. */
    @Nullable
    Position position() {
        return position;
    }

    /**
     * Brings the records into the database, in order, as one transaction or as several. Returns when that is done.
     *
     * @throws LostPartitionException if the position is not what this owner left; its states are dropped then
     * @throws StoppingException if the service stops before it was done
     */
    void process(List<ConsumerRecord<byte[], byte[]>> polled) throws LostPartitionException, StoppingException {
        List<StreamRecord> records = new ArrayList<>(polled.size());
        int series = 0; // counted for each record: their states are in memory together
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            if (record.offset() < claimed().nextOffset()) {
                continue; // in the database already
            }
            StreamRecord decoded = StreamRecord.of(record);
            int more = decoded.seriesCount();
            if (!records.isEmpty()
                    && (series + more > resident.mostOfATransaction() || decoded.beginsTransactionAfter(records.getLast()))) {
                processTogether(records);
                records = new ArrayList<>();
                series = 0;
            }
            records.add(decoded);
            series += more;
        }
        if (!records.isEmpty()) {
            processTogether(records);
        }
    }

    /** Gives room back that other partitions have a share of now. */
    void makeRoom() {
        resident.makeRoom();
    }

    /**
     * Moves the position over offsets that hold no records, such as the ends of Kafka's transactions. Otherwise it would lie outside of the log once
     * Kafka deletes what was before them. What fails is left to the next time.
     *
     * @param next offset up to which there are no records that were not processed
     * @throws LostPartitionException if the position is not what this owner left; its states are dropped then
     * @throws StoppingException if the service stops before it was done
     */
    void passOver(long next) throws LostPartitionException, StoppingException {
        Position before = claimed();
        if (next <= before.nextOffset()) {
            return;
        }
        try (Turn _ = shared.turn(); Connection connection = shared.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            try {
                shared.limits().apply(connection);
                advance(connection, before, next);
                connection.commit();
                position = new Position(before.epoch(), next);
            } finally {
                rollBack(connection);
            }
        } catch (SQLException e) {
            LOG.warn("{}: the position stays at offset {} for now: {}", partition, before.nextOffset(), e.toString());
            isCommitted(before, next);
        }
    }

    private void advance(Connection connection, Position before, long next) throws SQLException, LostPartitionException {
        if (!Positions.advance(connection, partition, before, next)) {
            throw lost("position is not at offset " + before.nextOffset() + " in epoch " + before.epoch());
        }
    }

    /**
     * What of a batch becomes dead letters instead of being processed.
     *
     * @param series by key, with what was wrong
     * @param record what was wrong with the one record that the batch is, or null
     * @param examined whether the series of the one record were tried by themselves
     */
    private record GivenUp(Map<String, String> series, @Nullable Exception record, boolean examined) {
        static final GivenUp NOTHING = new GivenUp(Map.of(), null, false);
    }

    private void processTogether(List<StreamRecord> records) throws LostPartitionException, StoppingException {
        commit(records, GivenUp.NOTHING, shared.limits());
    }

    /**
     * Cuts a batch that cannot be processed in two until one record is left. Of that the series which cannot be processed become dead letters,
     * or all of it where all fail, or where it fails again without those that do.
     */
    private void isolate(List<StreamRecord> records, GivenUp before, TransactionLimits limits, Exception problem)
            throws LostPartitionException, StoppingException {
        if (records.size() > 1) {
            processInHalves(records);
            return;
        }
        StreamRecord record = records.getFirst();
        List<String> keys = record.seriesKeys();
        if (keys.size() > 1 && !before.examined()) {
            Map<String, String> culprits = new LinkedHashMap<>();
            findCulpritsInHalves(record, keys, limits, culprits);
            if (culprits.size() < keys.size()) {
                LOG.error("{}: record at offset {} cannot be processed; {} of its {} series become dead letters: {}", partition,
                        record.offset(), culprits.size(), keys.size(), problem.toString());
                commit(records, new GivenUp(culprits, null, true), limits);
                return;
            }
        }
        LOG.error("{}: record at offset {} becomes a dead letter: {}", partition, record.offset(), problem.toString());
        LOG.debug("what failed", problem);
        commit(records, new GivenUp(Map.of(), problem, true), limits);
    }

    private void findCulpritsInHalves(StreamRecord record, List<String> suspects, TransactionLimits limits, Map<String, String> culprits)
            throws LostPartitionException, StoppingException {
        shared.meters().bisected();
        int half = suspects.size() / 2;
        findCulprits(record, suspects.subList(0, half), limits, culprits);
        findCulprits(record, suspects.subList(half, suspects.size()), limits, culprits);
    }

    /**
     * Rehearses what the record has of some series.
     *
     * @param culprits gets those of them that fail by themselves, with what was wrong
     */
    private void findCulprits(StreamRecord record, List<String> suspects, TransactionLimits limits, Map<String, String> culprits)
            throws LostPartitionException, StoppingException {
        List<StreamRecord> part = List.of(record.only(Set.copyOf(suspects)));
        Position before = claimed();
        Duration pause = FIRST_PAUSE;
        TransactionLimits granted = limits;
        while (true) {
            Attempt rehearsal = new Attempt(before, part, GivenUp.NOTHING, granted);
            try {
                rehearsal.rehearse();
                return;
            } catch (SQLException | RuntimeException e) {
                if (mayBeTheData(e)) {
                    if (suspects.size() > 1) {
                        findCulpritsInHalves(record, suspects, granted, culprits);
                    } else {
                        culprits.put(suspects.getFirst(), e.toString());
                    }
                    return;
                }
                shared.meters().retried();
                LOG.warn("{}: the record at offset {} is rehearsed again: {}", partition, record.offset(), e.toString());
            }
            pause = await(pause);
            if (rehearsal.outlastedItsTransaction()) {
                granted = granted.longer();
            }
        }
    }

    private void processInHalves(List<StreamRecord> records) throws LostPartitionException, StoppingException {
        shared.meters().bisected();
        int half = records.size() / 2;
        processTogether(records.subList(0, half));
        processTogether(records.subList(half, records.size()));
    }

    /** Tries the batch until it is in the database. */
    private void commit(List<StreamRecord> records, GivenUp givenUp, TransactionLimits granted)
            throws LostPartitionException, StoppingException {
        Position before = claimed();
        long next = end(records);
        Duration pause = FIRST_PAUSE;
        TransactionLimits limits = granted;
        while (true) {
            Attempt attempt = new Attempt(before, records, givenUp, limits);
            try {
                attempt.run();
                attempt.publish();
                return;
            } catch (SQLException | RuntimeException e) {
                // Once the commit was asked for, the failure says nothing about the data, and the batch may be in the database.
                if (!attempt.committing && givenUp.record() == null && mayBeTheData(e)) {
                    isolate(records, givenUp, limits, e);
                    return;
                }
                shared.meters().retried();
                LOG.warn("{}: batch from offset {} failed and is tried again: {}", partition, before.nextOffset(), e.toString());
            }
            pause = await(pause);
            if (isCommitted(before, next)) {
                return;
            }
            if (attempt.outlastedItsTransaction()) {
                if (records.size() > 1) {
                    LOG.warn("{}: batch from offset {} takes longer than a transaction may; it is cut in two", partition,
                            before.nextOffset());
                    processInHalves(records);
                    return;
                }
                limits = limits.longer();
                LOG.warn("{}: the record at offset {} alone takes longer than a transaction may; it may now pause for {}", partition,
                        before.nextOffset(), limits.idle());
            }
        }
    }

    /** @return how long to wait next time */
    private Duration await(Duration pause) throws StoppingException {
        if (!shared.pause().await(pause)) {
            throw new StoppingException();
        }
        return longer(pause);
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /** One transaction: the five steps. */
    private final class Attempt {
        private final Position before;
        private final List<StreamRecord> records;
        private final GivenUp givenUp;
        private final TransactionLimits limits;
        private final long next;
        private final BatchRun run;
        private long started;
        private long stepped;
        private long ended;
        private int checkpoints;
        private boolean committing;

        Attempt(Position before, List<StreamRecord> records, GivenUp givenUp, TransactionLimits limits) {
            this.before = before;
            this.records = records;
            this.givenUp = givenUp;
            this.limits = limits;
            next = end(records);
            run = new BatchRun(partition, shared.rules(), shared.models(), shared.states(), resident::get,
                    resident.mostBytesOfATransaction(), givenUp.series());
        }

        void run() throws SQLException, LostPartitionException, StoppingException {
            inTurn(true);
        }

        /** All of it but the commit. */
        void rehearse() throws SQLException, LostPartitionException, StoppingException {
            inTurn(false);
        }

        /** Others have their turns while this one waits to try again, however long. */
        private void inTurn(boolean kept) throws SQLException, LostPartitionException, StoppingException {
            try (Turn _ = shared.turn()) {
                await(Duration.ZERO); // the service may have stopped meanwhile
                started = System.nanoTime();
                ended = started;
                inTransaction(kept);
            }
        }

        private void inTransaction(boolean kept) throws SQLException, LostPartitionException {
            try (Connection connection = shared.dataSource().getConnection()) {
                connection.setAutoCommit(false);
                try {
                    limits.apply(connection);
                    advance(connection, before, next);
                    reached(BatchStep.POSITION);
                    step(connection);
                    run.writePoints(connection);
                    reached(BatchStep.RESULTS);
                    run.writeEvents(connection);
                    reached(BatchStep.EVENTS);
                    checkpoints = run.writeStates(connection, next, before.epoch());
                    reached(BatchStep.CHECKPOINTS);
                    run.writeNotice(connection);
                    reached(BatchStep.NOTICE);
                    if (!kept) {
                        return;
                    }
                    committing = true;
                    connection.commit();
                    reached(BatchStep.COMMITTED);
                } finally {
                    ended = System.nanoTime();
                    rollBack(connection);
                }
            }
        }

        /** The database ends a transaction in which nothing is heard for too long, whatever the program does meanwhile; slow models may take that long. */
        boolean outlastedItsTransaction() {
            return ended - started >= limits.idle().toNanos();
        }

        private void step(Connection connection) throws SQLException {
            long stepping = System.nanoTime();
            Exception problem = givenUp.record();
            if (problem == null) {
                run.process(connection, records);
            } else {
                run.giveUp(records.getFirst(), problem);
            }
            stepped = System.nanoTime() - stepping;
        }

        void publish() {
            position = new Position(before.epoch(), next);
            PartitionProcessor.this.publish(run);
            shared.meters().committed(records.size(), Duration.ofNanos(stepped), Duration.ofNanos(System.nanoTime() - started),
                    checkpoints, run.results().counts());
            if (run.results().hasDeadLetters()) {
                shared.deadLettersWritten().run();
            }
        }

        private void reached(BatchStep step) throws SQLException {
            shared.observer().reached(step, next);
        }
    }

    private void publish(BatchRun run) {
        run.forEachChanged(resident::put);
        run.forgotten().forEach(resident::remove);
        // What the commit wrote says all of every state, so dropping one from memory loses nothing.
        resident.makeRoom();
    }

    /** Whether a batch whose transaction ended in an error is in the database: its position says so, and nothing else does. */
    private boolean isCommitted(Position before, long next) throws LostPartitionException, StoppingException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try (Connection connection = shared.dataSource().getConnection()) {
                Optional<Position> now = Positions.read(connection, partition);
                if (now.isEmpty() || now.get().epoch() != before.epoch()) {
                    throw lost("expected epoch " + before.epoch() + " but found " + now);
                }
                if (now.get().nextOffset() == before.nextOffset()) {
                    return false;
                }
                if (now.get().nextOffset() == next) {
                    // Committed, but the states of the batch went with the error: they are read again when they are needed.
                    position = now.get();
                    resident.clear();
                    return true;
                }
                throw lost("expected offset " + before.nextOffset() + " or " + next + " but found " + now.get().nextOffset());
            } catch (SQLException e) {
                LOG.warn("{}: the position cannot be read: {}", partition, e.toString());
            }
            pause = await(pause);
        }
    }

    /**
     * True if the failure may come from what the records hold: from a model, or an error of SQL about data (class 22) or constraints
     * (class 23). Everything else, from a lost connection to a full disk, is no reason to give up a record.
     */
    private static boolean mayBeTheData(Exception e) {
        if (!(e instanceof SQLException sql)) {
            return true;
        }
        String state = sql.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    private LostPartitionException lost(String why) {
        drop();
        shared.meters().lost();
        return new LostPartitionException(partition + " is no longer ours: " + why);
    }

    private Position claimed() throws LostPartitionException {
        Position now = position;
        if (now == null) {
            throw new LostPartitionException(partition + " was not claimed");
        }
        return now;
    }

    private static long end(List<StreamRecord> records) {
        return records.getLast().offset() + 1;
    }

    /** Ends what is open; after a commit that is nothing. */
    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            LOG.debug("rolling back failed, the connection is gone", e);
        }
    }
}
