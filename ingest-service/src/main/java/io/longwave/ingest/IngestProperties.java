package io.longwave.ingest;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Everything under {@code longwave.ingest}, in one record so that a misspelt key fails the start.
 *
 * @param tokens who may write and for which tenant; none: everybody, for the tenant {@code default}
 * @param maxBody largest body of a request after decompression
 * @param maxInFlight what all requests together may hold in memory; 0: a quarter of the largest heap
 * @param seriesCache what known series may hold in memory
 * @param maxRecord largest value of a Kafka record of samples
 * @param producerBuffer what may wait for the broker
 * @param linger how long a record waits for others to share a request to the broker
 * @param deliveryTimeout after which a write that the broker did not acknowledge is answered with 503; below the 10 s after which usual
 *     clients give up
 * @param retryAfter what an overloaded answer tells the client to wait
 * @param brokerCheck how often the broker is asked whether it is there
 * @param maxDeadLetters how many refused lines of one request are kept; the others are only counted
 * @param counters series that are counters, for protocols that do not say it: each a measurement, a space and a field, {@code *} for any characters
 * @param intake what is done with records of the intake topic
 * @param prometheus what is done with Prometheus remote write
 * @param otlp what is done with metrics of OpenTelemetry
 */
@ConfigurationProperties(prefix = "longwave.ingest", ignoreUnknownFields = false)
public record IngestProperties(@DefaultValue List<TokenGrant> tokens, @DefaultValue("64MB") DataSize maxBody,
        @DefaultValue("0B") DataSize maxInFlight, @DefaultValue("32MB") DataSize seriesCache, @DefaultValue("64KB") DataSize maxRecord,
        @DefaultValue("32MB") DataSize producerBuffer, @DefaultValue("5ms") Duration linger, @DefaultValue("8s") Duration deliveryTimeout,
        @DefaultValue("5s") Duration retryAfter, @DefaultValue("2s") Duration brokerCheck, @DefaultValue("1000") int maxDeadLetters,
        @DefaultValue List<String> counters, @DefaultValue Intake intake, @DefaultValue Prometheus prometheus, @DefaultValue Otlp otlp) {
    public IngestProperties {
        tokens = List.copyOf(tokens);
        counters = List.copyOf(counters);
        positive("longwave.ingest.max-body", maxBody.toBytes());
        positive("longwave.ingest.series-cache", seriesCache.toBytes());
        positive("longwave.ingest.producer-buffer", producerBuffer.toBytes());
        positive("longwave.ingest.delivery-timeout", deliveryTimeout.toMillis());
        positive("longwave.ingest.retry-after", retryAfter.toSeconds());
        positive("longwave.ingest.broker-check", brokerCheck.toMillis());
        if (maxBody.toBytes() > 1L << 30) {
            throw new IllegalArgumentException("longwave.ingest.max-body: expected at most 1GB but was " + maxBody);
        }
        if (maxInFlight.isNegative() || maxDeadLetters < 0 || linger.isNegative()) {
            throw new IllegalArgumentException("longwave.ingest: max-in-flight, max-dead-letters and linger must not be negative");
        }
        if (maxRecord.toBytes() < 4096 || maxRecord.toBytes() > 900_000) {
            throw new IllegalArgumentException(
                    "longwave.ingest.max-record: expected 4KB to 900000B, which a broker takes by default, but was " + maxRecord);
        }
    }

    /**
     * Records that existing producers write to Kafka.
     *
     * @param enabled whether this instance reads them
     * @param tenant whose series they are where a record has no header {@code tenant}; who may write to the topic is Kafka's to decide
     * @param bucket they belong to where neither a header {@code bucket} nor the record says so
     * @param instance name of this instance among all that read, the same after a restart; empty: host name and port
     */
    public record Intake(@DefaultValue("true") boolean enabled, @DefaultValue("default") String tenant,
            @DefaultValue("default") String bucket, @DefaultValue("") String instance) {
        public Intake {
            if (tenant.isBlank() || bucket.isBlank()) {
                throw new IllegalArgumentException("longwave.ingest.intake: expected a tenant and a bucket, neither empty");
            }
        }
    }

    /**
     * Prometheus remote write.
     *
     * @param bucket of requests that name none
     */
    public record Prometheus(@DefaultValue("prometheus") String bucket) {
        public Prometheus {
            notBlank("longwave.ingest.prometheus.bucket", bucket);
        }
    }

    /**
     * Metrics of OpenTelemetry.
     *
     * @param bucket of requests that name none
     * @param resourceAttributes those that become tags of each series of a resource. Together with the attributes of a point they must tell
     *     series apart; what only describes a resource, or changes with each start, is better left out
     */
    public record Otlp(@DefaultValue("otlp") String bucket, @DefaultValue({
            "service.namespace", "service.name", "service.instance.id",
            "host.name", "container.name", "k8s.cluster.name", "k8s.namespace.name", "k8s.node.name", "k8s.pod.name",
            "k8s.container.name", "k8s.volume.name"}) List<String> resourceAttributes) {
        public Otlp {
            notBlank("longwave.ingest.otlp.bucket", bucket);
            resourceAttributes = List.copyOf(resourceAttributes);
        }
    }

    /**
     * A secret and what it opens. A list and not a map from token to tenant, because keys of a map lose their capitals and signs when they
     * come from environment variables.
     *
     * @param token what a client sends as {@code Authorization: Token …} or {@code Bearer …}
     * @param tenant whose series it writes
     */
    public record TokenGrant(String token, String tenant) {
        public TokenGrant {
            if (token.isBlank() || tenant.isBlank()) {
                throw new IllegalArgumentException("longwave.ingest.tokens: expected a token and a tenant, neither empty");
            }
        }

        @Override
        public String toString() {
            return "TokenGrant[token=***, tenant=" + tenant + "]";
        }
    }

    /** The bound of all requests together, in bytes. */
    public long maxInFlightBytes() {
        return maxInFlight.toBytes() > 0 ? maxInFlight.toBytes() : Runtime.getRuntime().maxMemory() / 4;
    }

    private static void notBlank(String key, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(key + ": expected a name but was empty");
        }
    }

    private static void positive(String key, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(key + ": expected a positive amount but was " + value);
        }
    }
}
