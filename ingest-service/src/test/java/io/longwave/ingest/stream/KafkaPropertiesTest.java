package io.longwave.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class KafkaPropertiesTest {

    @Test
    void environmentVariablesReachEveryClientAsKafkaWritesThem() {
        KafkaProperties kafka = bound(
                Map.of("LONGWAVE_KAFKA_BOOTSTRAPSERVERS", "broker:9093", "LONGWAVE_KAFKA_PROPERTIES_SECURITY_PROTOCOL",
                        "SASL_SSL", "LONGWAVE_KAFKA_PROPERTIES_SASL_MECHANISM", "SCRAM-SHA-512"));
        assertThat(kafka.client("a")).containsEntry("security.protocol", "SASL_SSL").containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("bootstrap.servers", "broker:9093");
    }

    @Test
    void whatTheServiceNeedsIsNotOverwritten() {
        assertThat(new KafkaProperties("broker:9092", Map.of("client.id", "b")).client("a")).containsEntry("client.id", "a");
    }

    private static KafkaProperties bound(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        return Binder.get(environment).bind("longwave.kafka", KafkaProperties.class).get();
    }
}
