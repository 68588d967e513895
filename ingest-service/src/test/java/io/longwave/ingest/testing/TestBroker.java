package io.longwave.ingest.testing;

import io.longwave.series.DeclaredKind;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage;
import io.longwave.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** A real broker in this process and what is needed to read it. */
public final class TestBroker implements AutoCloseable {
    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
    private final String servers;
    private boolean open = true;

    public TestBroker() {
        broker.brokerProperties(Map.of("transaction.state.log.replication.factor", "1", "transaction.state.log.min.isr", "1",
                "share.coordinator.state.topic.replication.factor", "1", "share.coordinator.state.topic.min.isr", "1",
                "offsets.topic.num.partitions", "1", "transaction.state.log.num.partitions", "1",
                "auto.create.topics.enable", "false",
                "log.cleaner.dedupe.buffer.size", "4194304"));
        broker.afterPropertiesSet();
        servers = broker.getBrokersAsString();
    }

    public String servers() {
        return servers;
    }

    /** Everything on the topic now, in the order of partitions and offsets. */
    public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return records(servers, topic);
    }

    /** Everything on a topic of some broker now, in the order of partitions and offsets. */
    public static List<ConsumerRecord<byte[], byte[]>> records(String servers, String topic) {
        try (var consumer = new KafkaConsumer<>(Map.<String, Object>of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, consumer.partitionsFor(topic).size())
                    .mapToObj(p -> new TopicPartition(topic, p)).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
            return all;
        }
    }

    /** What samples say last of the kinds of the series of a bucket; those of which they say nothing are left out. */
    public Map<String, DeclaredKind> kinds(String bucket) {
        Map<String, DeclaredKind> all = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records(Topics.SAMPLES)) {
            for (StreamMessage.SeriesSamples series : ((StreamMessage.Samples) StreamCodec.decode(record.value())).series()) {
                String[] parts = series.key().split("/", 3);
                if (parts[1].equals(bucket) && series.kind() != null) {
                    all.put(parts[2], series.kind());
                }
            }
        }
        return all;
    }

    /** Values by series and time of a bucket; fails when a series and time is there twice. */
    public Map<String, Map<Long, Double>> samples(String bucket) {
        Map<String, Map<Long, Double>> all = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records(Topics.SAMPLES)) {
            for (StreamMessage.SeriesSamples series : ((StreamMessage.Samples) StreamCodec.decode(record.value())).series()) {
                String[] parts = series.key().split("/", 3);
                if (parts[1].equals(bucket)) {
                    for (int i = 0; i < series.timeNanos().length; i++) {
                        String name = parts[0].equals("default") ? parts[2] : parts[0] + "/" + parts[2];
                        if (all.computeIfAbsent(name, k -> new HashMap<>()).put(series.timeNanos()[i], series.values()[i]) != null) {
                            throw new AssertionError(series.key() + " has two values at " + series.timeNanos()[i]);
                        }
                    }
                }
            }
        }
        return all;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            broker.destroy();
        }
    }
}
