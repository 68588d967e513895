package io.longwave.ingest.write;

import io.longwave.ingest.IngestProperties;
import io.longwave.ingest.line.SeriesCatalog;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.ingest.stream.IngestMetrics;
import io.longwave.ingest.stream.SampleStream;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class WriteConfiguration {
    @Bean
    Tokens tokens(IngestProperties properties) {
        return new Tokens(properties.tokens());
    }

    @Bean
    LineWriter lineWriter(SampleStream stream, SeriesCatalog catalog, InFlightBytes inFlight, IngestMetrics metrics, Clock clock,
            IngestProperties properties) {
        return new LineWriter(stream, catalog, inFlight, metrics, clock, Math.toIntExact(properties.maxBody().toBytes()),
                properties.maxDeadLetters(), properties.retryAfter());
    }
}
