package io.longwave.api.store;

import io.longwave.db.stream.StreamQueries;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** The service is ready when it can read its tables; the model service creates them. Part of the readiness group as {@code schema}. */
@Component
class SchemaHealthIndicator implements HealthIndicator {
    private final StreamQueries stream;

    SchemaHealthIndicator(StreamQueries stream) {
        this.stream = stream;
    }

    @Override
    public Health health() {
        try {
            return stream.schemaIsThere()
                    ? Health.up().build()
                    : Health.outOfService().withDetail("schema", "waiting for the model service to create the tables").build();
        } catch (DataAccessException e) {
            return Health.down().withDetail("database", "no connection").build();
        }
    }
}
