package io.longwave.model;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** A real broker for one test class. */
public final class KafkaFixture implements BeforeAllCallback {
    private @Nullable EmbeddedKafkaKraftBroker broker;

    @Override
    public void beforeAll(ExtensionContext context) {
        EmbeddedKafkaKraftBroker started = new EmbeddedKafkaKraftBroker(1, 1);
        // One broker cannot keep three copies; without these lines transactions wait for a minute.
        started.brokerProperties(Map.of("transaction.state.log.replication.factor", "1", "transaction.state.log.min.isr", "1",
                "share.coordinator.state.topic.replication.factor", "1", "share.coordinator.state.topic.min.isr", "1",
                "offsets.topic.num.partitions", "1", "transaction.state.log.num.partitions", "1",
                "share.coordinator.state.topic.num.partitions", "1", "group.initial.rebalance.delay.ms", "0"));
        started.afterPropertiesSet();
        broker = started;
        // Closed after every afterAll callback, so that a Spring context of the class can leave its group first.
        context.getStore(ExtensionContext.Namespace.create(KafkaFixture.class)).put("broker", (AutoCloseable) started::destroy);
    }

    public String bootstrapServers() {
        return Objects.requireNonNull(broker, "the fixture must be a static field with @RegisterExtension").getBrokersAsString();
    }
}
