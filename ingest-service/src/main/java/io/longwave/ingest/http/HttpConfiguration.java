package io.longwave.ingest.http;

import io.longwave.ingest.IngestProperties;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.ingest.stream.IngestMetrics;
import io.longwave.ingest.stream.SampleStream;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class HttpConfiguration {
    @Bean
    Tokens tokens(IngestProperties properties) {
        return new Tokens(properties.tokens());
    }

    @Bean
    RequestWriter requestWriter(SampleStream stream, InFlightBytes inFlight, IngestMetrics metrics, Clock clock,
            IngestProperties properties) {
        return new RequestWriter(stream, inFlight, metrics, clock, Math.toIntExact(properties.maxBody().toBytes()),
                properties.maxDeadLetters(), properties.retryAfter());
    }
}
