package io.longwave.model.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.model.KafkaFixture;
import io.longwave.model.kafka.KafkaProperties;
import io.longwave.model.notification.Destination.RefusedException;
import io.longwave.wire.AnomalyNotice;
import io.longwave.wire.AnomalyNotice.Contribution;
import io.longwave.wire.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KafkaDestinationTest {
    @RegisterExtension
    static final KafkaFixture kafka = new KafkaFixture();

    @Test
    void itMakesItsTopicAndRefusesWhatIsTooLargeForIt() throws Exception {
        try (KafkaDestination destination = new KafkaDestination(new KafkaProperties(kafka.bootstrapServers(), Map.of()))) {
            assertThatThrownBy(() -> destination.tell(List.of(group("large", 20_000)))).isInstanceOf(RefusedException.class)
                    .hasMessageContaining("larger than");
            destination.tell(List.of(group("a", 1), group("b", 2)));
        }
        List<String> keys = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition only = new TopicPartition(Topics.ANOMALIES, 0);
            consumer.assign(List.of(only));
            consumer.seekToBeginning(List.of(only));
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (keys.size() < 2 && System.nanoTime() - deadline < 0) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> keys.add(new String(record.key(), StandardCharsets.UTF_8)));
            }
        }
        assertThat(keys).containsExactly("group/a", "group/b");
    }

    @Test
    void withoutABrokerItSaysSoOnceForAll() throws Exception {
        KafkaProperties nobody = new KafkaProperties("localhost:1", Map.of());
        try (KafkaDestination destination = new KafkaDestination(nobody)) {
            assertThatThrownBy(() -> destination.tell(Collections.nCopies(100, group("a", 1)))).isInstanceOf(IOException.class)
                    .hasMessageContaining("Kafka");
        }
    }

    private static AnomalyNotice group(String name, int series) {
        Contribution one = new Contribution("default/b/a-machine-with-a-name#field", "a-machine-with-a-name field", "field", 1.0 / series);
        return new AnomalyNotice(name, AnomalyNotice.LASTING, name, null, new AnomalyNotice.Group(name, Collections.nCopies(series, one)),
                Instant.EPOCH, null, Instant.EPOCH, 0.999, null, null, 1, "m-1", null, null);
    }
}
