package io.longwave.wire;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Sees to it that the topics of the stream exist with the partition count of the configuration. Every service may call it at its start. */
public final class StreamTopics {
    private static final long METADATA_PAUSE_MILLIS = 100;

    private StreamTopics() {}

    /** Number of the partition of {@link Topics#SAMPLES} that a canonical series key belongs to, as Kafka's producers have it by themselves. */
    public static int partition(byte[] key, int partitions) {
        return BuiltInPartitioner.partitionForKey(key, partitions);
    }

    /**
     * Creates {@link Topics#SAMPLES}, {@link Topics#INTAKE} and {@link Topics#DEAD_LETTER} where they are absent, with the replication factor
     * the broker has as its default. Several services may do so at the same moment.
     *
     * @param partitions of {@link Topics#SAMPLES}; the intake has as many and dead letters one when created here, and any number otherwise
     * @param timeout for everything together
     * @throws StreamTopicsException if the samples topic has another partition count, or the broker refuses for good
     * @throws BrokerUnavailableException if the broker did not answer in time
     */
    public static void ensure(Admin admin, int partitions, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        int found = ensure(admin, Topics.SAMPLES, partitions, deadline);
        if (found != partitions) {
            throw new StreamTopicsException("Kafka topic " + Topics.SAMPLES + ": expected " + partitions
                    + " partitions (longwave.stream.partitions) but it has " + found + "; set longwave.stream.partitions=" + found
                    + ", because keys would move if the topic grew", null);
        }
        ensure(admin, Topics.INTAKE, partitions, deadline);
        ensure(admin, Topics.DEAD_LETTER, 1, deadline);
    }

    /**
     * Creates one topic where it is absent.
     *
     * @param partitions when created here
     * @return how many partitions it has
     * @throws StreamTopicsException if the broker refuses for good
     * @throws BrokerUnavailableException if the broker did not answer in time
     */
    public static int ensure(Admin admin, String topic, int partitions, Duration timeout) {
        return ensure(admin, topic, partitions, System.nanoTime() + timeout.toNanos());
    }

    private static int ensure(Admin admin, String topic, int partitions, long deadline) {
        boolean young = false;
        while (true) {
            try {
                int found = await(described(admin, topic), topic, deadline).partitions().size();
                if (young) {
                    awaitLeaders(admin, topic, found, deadline);
                }
                return found;
            } catch (UnknownTopicOrPartitionException absent) {
                young = true;
                try {
                    await(admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty()))).all(), topic,
                            deadline);
                } catch (TopicExistsException other) {
                    // Another service was faster; this broker's metadata may need a moment until it can describe the topic.
                    pause(topic);
                }
            }
        }
    }

    /** A producer that writes to a partition whose leader does not know that it is one loses count, and fails what it has in hand. */
    private static void awaitLeaders(Admin admin, String topic, int partitions, long deadline) {
        Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, partitions).boxed()
                .collect(Collectors.toMap(number -> new TopicPartition(topic, number), number -> OffsetSpec.latest()));
        await(admin.listOffsets(ends).all(), topic, deadline); // which only leaders answer
    }

    private static KafkaFuture<TopicDescription> described(Admin admin, String topic) {
        return Objects.requireNonNull(admin.describeTopics(List.of(topic)).topicNameValues().get(topic));
    }

    private static <T> T await(KafkaFuture<T> future, String topic, long deadline) {
        try {
            return future.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case UnknownTopicOrPartitionException absent -> throw absent;
                case TopicExistsException exists -> throw exists;
                case RetriableException passing -> throw unavailable(topic, passing);
                case null, default -> throw new StreamTopicsException(
                        "Kafka topic " + topic + " can be neither described nor created: " + e.getCause(), e);
            }
        } catch (java.util.concurrent.TimeoutException e) {
            throw unavailable(topic, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(topic, e);
        }
    }

    private static void pause(String topic) {
        try {
            Thread.sleep(METADATA_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(topic, e);
        }
    }

    private static BrokerUnavailableException unavailable(String topic, Exception cause) {
        return new BrokerUnavailableException("Kafka did not answer in time about topic " + topic, cause);
    }
}
