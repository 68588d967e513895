package io.longwave.model.stream;

import io.longwave.db.stream.Positions.Position;
import io.longwave.db.stream.StreamPartition;
import io.longwave.model.serving.SeriesSlot;
import io.longwave.model.stream.StreamPartitionStatus.Phase;
import io.longwave.wire.BrokerUnavailableException;
import io.longwave.wire.StreamTopics;
import io.longwave.wire.Topics;
import io.micrometer.core.instrument.Gauge;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Consumes the samples topic. One thread polls and never waits for the database; each partition has its worker thread, and a partition
 * whose worker is behind is paused, so that at most {@value #DEPTH} batches of it are in memory. Kafka keeps no offsets: a partition that
 * is assigned stays paused until its position was claimed in the database.
 */
public final class SampleStream implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(SampleStream.class);
    private static final int DEPTH = 2;
    private static final Duration POLL = Duration.ofMillis(500);
    /** How long a record may wait while another partition is paused. */
    private static final long PAUSED_MILLIS = 10;
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final long KAFKA_SECONDS = 10;
    private static final long STANDBY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LAG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Map<String, Object> kafka;
    private final StreamProperties settings;
    private final PartitionProcessor.Shared shared;
    private final Stop stop;

    private final Map<Integer, AssignedPartition> assigned = new ConcurrentHashMap<>();
    private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
    private final List<Delayed> delayed = new ArrayList<>();
    private List<ExecutorService> workers = List.of();
    private @Nullable Thread poller;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private volatile @Nullable Admin currentAdmin;
    private volatile boolean assignmentSeen;
    /** When the group took this instance in; 0 before that. */
    private volatile long joinedNanos;
    private volatile @Nullable String failure;
    private volatile boolean running;

    SampleStream(Map<String, Object> kafka, StreamProperties settings, PartitionProcessor.Shared shared, Stop stop) {
        this.kafka = Map.copyOf(kafka);
        this.settings = settings;
        this.shared = shared;
        this.stop = stop;
        for (int partition = 0; partition < settings.partitions(); partition++) {
            int number = partition;
            Gauge.builder("longwave.stream.lag", this, stream -> stream.lag(number)).tag("partition", Integer.toString(number))
                    .description("records that wait in a partition assigned here; not a number elsewhere")
                    .register(shared.meters().registry());
            Gauge.builder("longwave.stream.delay", this, stream -> stream.delay(number)).tag("partition", Integer.toString(number))
                    .baseUnit("seconds")
                    .description(
                            "how long ago the oldest record that is not yet in the database was written, of those read from a partition"
                                    + " that runs here; not a number elsewhere")
                    .register(shared.meters().registry());
        }
        for (Phase phase : Phase.values()) {
            Gauge.builder("longwave.stream.partitions", this, stream -> stream.count(phase))
                    .tag("phase", phase.name().toLowerCase(java.util.Locale.ROOT))
                    .description("assigned partitions").register(shared.meters().registry());
        }
    }

    /** Ends every wait of the stream; one per stream, because it cannot be taken back. */
    static final class Stop implements Pause {
        private final CountDownLatch latch = new CountDownLatch(1);

        void now() {
            latch.countDown();
        }

        boolean isNow() { return latch.getCount() == 0; }

        @Override
        public boolean await(Duration duration) {
            try {
                return !latch.await(duration.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private interface Command {
        void run(KafkaConsumer<byte[], byte[]> consumer);
    }

    private record Delayed(long atNanos, Runnable action) {}

    // ---- for other threads -------------------------------------------------------------------------------------------------------

    /** The series with this canonical key as the last commit left it; empty if it is not in memory here. */
    public Optional<SeriesSlot> live(String key) {
        for (AssignedPartition partition : assigned.values()) {
            PartitionProcessor processor = partition.processor();
            if (processor != null && partition.phase() == Phase.RUNNING) {
                Optional<SeriesSlot> slot = processor.published(key);
                if (slot.isPresent()) {
                    return slot;
                }
            }
        }
        return Optional.empty();
    }

    /** Number of the partition in which a new series with this canonical key begins. */
    public int partition(String key) {
        return StreamTopics.partition(key.getBytes(StandardCharsets.UTF_8), settings.partitions());
    }

    /** True if this instance turns the records of the partition into rows now. */
    public boolean owns(int partition) {
        AssignedPartition found = assigned.get(partition);
        return found != null && found.phase() == Phase.RUNNING;
    }

    /** All partitions assigned here. */
    public List<StreamPartitionStatus> status() {
        return assigned.values().stream().map(AssignedPartition::status)
                .sorted(java.util.Comparator.comparingInt(StreamPartitionStatus::partition)).toList();
    }

    /**
     * True once the group has given this instance its partitions and each of them runs or has said why it cannot. An instance that is given
     * none, because others have them all, is never told so; it counts as ready after a few seconds.
     */
    public boolean ready() {
        return failure == null && (assignmentSeen || joinedNanos != 0 && System.nanoTime() - joinedNanos > STANDBY_NANOS)
                && assigned.values().stream()
                        .allMatch(partition -> partition.phase() == Phase.RUNNING || partition.phase() == Phase.STOPPED);
    }

    /** Why nothing is consumed at all; null if all is well. */
    public @Nullable String failure() {
        return failure;
    }

    private double lag(int number) {
        AssignedPartition partition = assigned.get(number);
        Long lag = partition == null ? null : partition.status().lag();
        return lag == null ? Double.NaN : lag;
    }

    private double delay(int number) {
        AssignedPartition partition = assigned.get(number);
        return partition == null || partition.phase() != Phase.RUNNING ? Double.NaN : partition.delay(System.currentTimeMillis()) / 1000.0;
    }

    private double count(Phase phase) {
        return assigned.values().stream().filter(partition -> partition.phase() == phase).count();
    }

    // ---- lifecycle ---------------------------------------------------------------------------------------------------------------

    /** @throws io.longwave.wire.StreamTopicsException if the topics are not as the configuration says; waiting would not change that */
    @Override
    public void start() {
        try (Admin admin = Admin.create(kafka)) {
            StreamTopics.ensure(admin, settings.partitions(), settings.topicTimeout());
        } catch (BrokerUnavailableException e) {
            failure = e.getMessage();
            LOG.warn("{}; the stream goes on trying in the background", e.getMessage());
        }
        List<ExecutorService> started = new ArrayList<>();
        for (int partition = 0; partition < settings.partitions(); partition++) {
            started.add(Executors.newSingleThreadExecutor(Thread.ofPlatform().name("longwave-partition-" + partition).factory()));
        }
        workers = List.copyOf(started);
        Thread thread = Thread.ofPlatform().name("longwave-poll").unstarted(this::poll);
        poller = thread;
        running = true;
        thread.start();
    }

    @Override
    public void stop() {
        stop.now();
        wakeUp();
        try {
            if (poller != null) {
                poller.join(TimeUnit.SECONDS.toMillis(5));
            }
            for (ExecutorService worker : workers) {
                worker.shutdown();
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            for (ExecutorService worker : workers) {
                if (!worker.awaitTermination(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    LOG.warn("a batch was still being written when the service stopped; the next owner repeats it if need be");
                    worker.shutdownNow();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    @Override
    public boolean isRunning() { return running; }

    /** Once stopped it stays stopped; a context that is only paused between two uses keeps it running. */
    @Override
    public boolean isPauseable() { return false; }

    // ---- the poll thread ---------------------------------------------------------------------------------------------------------

    private void poll() {
        while (!stop.isNow()) {
            try (Admin admin = Admin.create(kafka)) {
                StreamTopics.ensure(admin, settings.partitions(), settings.topicTimeout());
                currentAdmin = admin;
                session();
            } catch (RuntimeException | Error e) { // of whatever kind: thrown further, it would end the stream for good, and silently
                if (!stop.isNow()) {
                    failure = String.valueOf(e.getMessage());
                    LOG.error("the stream stopped and begins again in {}", RETRY, e);
                    stop.await(RETRY);
                }
            } finally {
                currentAdmin = null;
                release(List.copyOf(assigned.keySet()));
                assignmentSeen = false;
                joinedNanos = 0;
                commands.clear();
                delayed.clear();
            }
        }
    }

    private void session() {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consumerSettings(), new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            current = consumer;
            failure = null;
            consumer.subscribe(List.of(Topics.SAMPLES), new Rebalance(consumer));
            long lagDue = System.nanoTime();
            while (!stop.isNow()) {
                runCommands(consumer);
                try {
                    // While records of a paused partition wait in it, the client does not wait for others but turns on the spot.
                    boolean paused = !consumer.paused().isEmpty();
                    ConsumerRecords<byte[], byte[]> records = consumer.poll(paused ? Duration.ZERO : POLL);
                    dispatch(consumer, records);
                    if (paused && records.isEmpty()) {
                        awaitCommand(consumer);
                    }
                } catch (WakeupException e) {
                    continue; // a command waits, or the service stops
                } catch (NoOffsetForPartitionException e) {
                    // The client may look for an offset in Kafka before it has told us of the assignment; the seek there settles it.
                    LOG.debug("assigned before the seek: {}", e.partitions());
                } catch (OffsetOutOfRangeException e) {
                    e.offsetOutOfRangePartitions().forEach((partition, offset) -> outOfLog(consumer, partition, offset));
                }
                if (joinedNanos == 0 && consumer.groupMetadata().generationId() > 0) {
                    joinedNanos = System.nanoTime();
                }
                if (System.nanoTime() - lagDue >= 0) {
                    lagDue = System.nanoTime() + LAG_EVERY_NANOS;
                    updateLag(consumer);
                }
            }
        } finally {
            current = null;
        }
    }

    private Map<String, Object> consumerSettings() {
        Map<String, Object> all = new HashMap<>(kafka);
        all.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
        all.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.maxPollRecords());
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Math.toIntExact(settings.partitionFetch().toBytes()));
        all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Math.toIntExact(settings.fetch().toBytes()));
        return all;
    }

    private void runCommands(KafkaConsumer<byte[], byte[]> consumer) {
        for (Command command = commands.poll(); command != null; command = commands.poll()) {
            command.run(consumer);
        }
        long now = System.nanoTime();
        for (Delayed due : List.copyOf(delayed)) {
            if (now - due.atNanos() >= 0) {
                delayed.remove(due);
                due.action().run();
            }
        }
    }

    /** Until a worker is done, or there may be records of other partitions. */
    private void awaitCommand(KafkaConsumer<byte[], byte[]> consumer) {
        try {
            Command command = commands.poll(PAUSED_MILLIS, TimeUnit.MILLISECONDS);
            if (command != null) {
                command.run(consumer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the next poll says so
        }
    }

    private void dispatch(KafkaConsumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition topicPartition : records.partitions()) {
            AssignedPartition partition = assigned.get(topicPartition.partition());
            if (partition == null) {
                continue;
            }
            partition.inFlight++;
            if (partition.inFlight >= DEPTH) {
                consumer.pause(List.of(topicPartition));
            }
            List<ConsumerRecord<byte[], byte[]>> batch = records.records(topicPartition);
            partition.begins(batch.getFirst().timestamp());
            partition.worker.execute(() -> {
                work(partition, processor -> processor.process(batch));
                partition.ends();
            });
        }
    }

    private void outOfLog(KafkaConsumer<byte[], byte[]> consumer, TopicPartition topicPartition, long offset) {
        AssignedPartition partition = assigned.get(topicPartition.partition());
        if (partition != null) {
            consumer.pause(List.of(topicPartition));
            stopPartition(partition, outsideLog(topicPartition, offset));
        }
    }

    private void updateLag(KafkaConsumer<byte[], byte[]> consumer) {
        for (AssignedPartition partition : assigned.values()) {
            if (partition.phase() == Phase.RUNNING) {
                OptionalLong lag = consumer.currentLag(topicPartition(partition));
                lag.ifPresent(partition::lag);
                PartitionProcessor processor = partition.processor();
                if (processor != null && partition.inFlight == 0) {
                    partition.worker.execute(processor::makeRoom);
                }
                passOver(consumer, partition);
            }
        }
    }

    /** The client is past offsets that hold no records; where all records before are in the database, its position goes there too. */
    private void passOver(KafkaConsumer<byte[], byte[]> consumer, AssignedPartition partition) {
        Long committed = partition.nextOffset();
        if (partition.inFlight > 0 || committed == null) {
            return;
        }
        try {
            long reached = consumer.position(topicPartition(partition), Duration.ZERO);
            if (reached > committed) {
                partition.inFlight++;
                partition.worker.execute(() -> work(partition, processor -> processor.passOver(reached)));
            }
        } catch (KafkaException e) {
            LOG.debug("the client does not know now where it is in partition {}; the next look will tell", partition.number, e);
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;

        Rebalance(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            for (TopicPartition topicPartition : partitions) {
                // Paused before anything is fetched; the offset is a placeholder that keeps the client from asking Kafka for one.
                consumer.pause(List.of(topicPartition));
                consumer.seek(topicPartition, 0);
                int number = topicPartition.partition();
                AssignedPartition partition = new AssignedPartition(number, workers.get(number));
                assigned.put(number, partition);
                partition.worker.execute(() -> claim(partition));
            }
            assignmentSeen = true;
            if (!partitions.isEmpty()) {
                LOG.info("assigned partitions {}", partitions.stream().map(TopicPartition::partition).sorted().toList());
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            release(partitions.stream().map(TopicPartition::partition).toList());
        }
    }

    /** The states go when the worker comes to it; a batch that is being written now may still commit, and then belongs to us. */
    private void release(Collection<Integer> numbers) {
        for (int number : numbers) {
            AssignedPartition partition = assigned.remove(number);
            if (partition != null) {
                partition.revoke();
                partition.worker.execute(() -> {
                    PartitionProcessor processor = partition.processor();
                    if (processor != null) {
                        processor.drop();
                    }
                });
            }
        }
    }

    // ---- the worker threads ------------------------------------------------------------------------------------------------------

    @FunctionalInterface
    private interface Work {
        void on(PartitionProcessor processor) throws LostPartitionException, StoppingException;
    }

    private void work(AssignedPartition partition, Work work) {
        PartitionProcessor processor = partition.processor();
        try {
            if (processor != null && partition.phase() == Phase.RUNNING && !partition.revoked() && !stop.isNow()) {
                work.on(processor);
                Position position = processor.position();
                if (position != null) {
                    partition.committed(position.nextOffset());
                }
            }
        } catch (StoppingException e) {
            LOG.debug("partition {}: {}", partition.number, e.getMessage());
        } catch (LostPartitionException e) {
            LOG.warn("{}", e.getMessage());
            partition.lost();
            command(consumer -> delayed.add(new Delayed(System.nanoTime() + settings.reclaimAfter().toNanos(), () -> reclaim(partition))));
        } catch (RuntimeException | Error e) {
            LOG.error("partition {} fails in the program itself", partition.number, e);
            stopPartition(partition,
                    "Partition " + partition.number + " of " + Topics.SAMPLES + " stopped by an error of the program: " + e);
        } finally {
            command(consumer -> done(consumer, partition));
        }
    }

    private void done(KafkaConsumer<byte[], byte[]> consumer, AssignedPartition partition) {
        partition.inFlight--;
        if (partition.phase() == Phase.RUNNING && isCurrent(partition)) {
            consumer.resume(List.of(topicPartition(partition)));
        }
    }

    /** Still assigned although another owner claimed it or the database went back: claims again, from what the database says now. */
    private void reclaim(AssignedPartition partition) {
        KafkaConsumer<byte[], byte[]> consumer = current;
        if (consumer != null && isCurrent(partition) && partition.phase() == Phase.LOST) {
            consumer.pause(List.of(topicPartition(partition)));
            partition.claiming();
            partition.worker.execute(() -> claim(partition));
        }
    }

    /** Tries once, and later again: between two tries the partition may be taken away. */
    private void claim(AssignedPartition partition) {
        Admin admin = currentAdmin;
        if (admin == null || partition.revoked() || stop.isNow()) {
            return; // of a session that has ended
        }
        try {
            TopicPartition topicPartition = topicPartition(partition);
            StreamPartition identity = identity(admin, partition.number);
            long begin = offset(admin, topicPartition, OffsetSpec.earliest());
            PartitionProcessor processor = new PartitionProcessor(identity, shared);
            Position position = processor.claim(begin);
            if (position.nextOffset() < begin || position.nextOffset() > offset(admin, topicPartition, OffsetSpec.latest())) {
                throw new StoppedPartitionException(outsideLog(topicPartition, position.nextOffset()));
            }
            command(consumer -> begin(consumer, partition, processor, position));
        } catch (StoppedPartitionException e) {
            stopPartition(partition, e.getMessage());
        } catch (SQLException | KafkaException | ExecutionException | TimeoutException e) {
            claimLater(partition, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("partition {} fails in the program itself", partition.number, e);
            stopPartition(partition, "Partition " + partition.number + " of " + Topics.SAMPLES + " cannot be claimed: " + e);
        }
    }

    private void claimLater(AssignedPartition partition, Exception problem) {
        LOG.warn("partition {} cannot be claimed yet: {}", partition.number, problem.toString());
        command(consumer -> delayed.add(new Delayed(System.nanoTime() + RETRY.toNanos(), () -> {
            if (isCurrent(partition)) {
                partition.worker.execute(() -> claim(partition));
            }
        })));
    }

    private void begin(KafkaConsumer<byte[], byte[]> consumer, AssignedPartition partition, PartitionProcessor processor,
            Position position) {
        if (isCurrent(partition)) {
            consumer.seek(topicPartition(partition), position.nextOffset());
            partition.running(processor, position.nextOffset());
            if (partition.inFlight < DEPTH) {
                consumer.resume(List.of(topicPartition(partition)));
            }
            LOG.info("partition {} runs from offset {} in epoch {}", partition.number, position.nextOffset(), position.epoch());
        }
    }

    private static StreamPartition identity(Admin admin, int number) throws InterruptedException, ExecutionException, TimeoutException {
        String cluster = admin.describeCluster().clusterId().get(KAFKA_SECONDS, TimeUnit.SECONDS);
        var description = admin.describeTopics(List.of(Topics.SAMPLES)).allTopicNames().get(KAFKA_SECONDS, TimeUnit.SECONDS);
        String topicId = Objects.requireNonNull(description.get(Topics.SAMPLES)).topicId().toString();
        return new StreamPartition(cluster, topicId, Topics.SAMPLES, number);
    }

    private static long offset(Admin admin, TopicPartition partition, OffsetSpec which)
            throws InterruptedException, ExecutionException, TimeoutException {
        return admin.listOffsets(Map.of(partition, which)).partitionResult(partition).get(KAFKA_SECONDS, TimeUnit.SECONDS).offset();
    }

    private static String outsideLog(TopicPartition partition, long offset) {
        return "The stored position " + offset + " of partition " + partition.partition() + " lies outside the log of Kafka topic "
                + partition.topic() + ", so records are missing there; run ./longwave stream repair";
    }

    private void stopPartition(AssignedPartition partition, @Nullable String sentence) {
        String said = String.valueOf(sentence);
        partition.stop(said);
        LOG.error("{}", said);
        PartitionProcessor processor = partition.processor();
        if (processor != null) {
            partition.worker.execute(processor::drop);
        }
    }

    private boolean isCurrent(AssignedPartition partition) {
        return assigned.get(partition.number) == partition;
    }

    private static TopicPartition topicPartition(AssignedPartition partition) {
        return new TopicPartition(Topics.SAMPLES, partition.number);
    }

    private void command(Command command) {
        commands.add(command);
        wakeUp();
    }

    private void wakeUp() {
        KafkaConsumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
    }
}
