package io.longwave.model.stream;

import io.longwave.model.stream.StreamPartitionStatus.Phase;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the health endpoint says about the stream. */
@Configuration(proxyBeanMethods = false)
class StreamHealth {

    /** Part of readiness: the instance has its partitions. One that is stopped does not take the others out of service. */
    @Bean
    HealthIndicator streamReadyHealthIndicator(SampleStream stream) {
        return () -> {
            Health.Builder health = stream.ready() ? Health.up() : Health.outOfService();
            String failure = stream.failure();
            return failure == null ? health.build() : health.withDetail("failure", failure).build();
        };
    }

    /** Every partition with its phase; down as soon as one of them needs a decision. */
    @Bean
    HealthIndicator streamPartitionsHealthIndicator(SampleStream stream) {
        return () -> {
            Map<String, Object> partitions = new LinkedHashMap<>();
            boolean stopped = false;
            for (StreamPartitionStatus status : stream.status()) {
                String problem = status.problem();
                partitions.put(Integer.toString(status.partition()),
                        problem == null ? status.phase() + " at " + status.nextOffset() : problem);
                stopped |= status.phase() == Phase.STOPPED;
            }
            return (stopped ? Health.down() : Health.up()).withDetail("partitions", partitions).build();
        };
    }
}
