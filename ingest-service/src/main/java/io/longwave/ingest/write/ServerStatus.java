package io.longwave.ingest.write;

import io.longwave.ingest.IngestApplication;
import io.longwave.ingest.stream.SampleStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** What Influx clients ask before they write. */
@RestController
class ServerStatus {
    private final SampleStream stream;
    private final Clock clock;
    private final Instant started;
    private final String version = Objects.requireNonNullElse(IngestApplication.class.getPackage().getImplementationVersion(),
            "development");

    ServerStatus(SampleStream stream, Clock clock) {
        this.stream = stream;
        this.clock = clock;
        this.started = clock.instant();
    }

    /** The process answers. */
    @RequestMapping(path = "/ping", method = {RequestMethod.GET, RequestMethod.HEAD})
    ResponseEntity<Void> ping() {
        return ResponseEntity.noContent().header("X-Influxdb-Version", version).header("X-Influxdb-Build", "Longwave").build();
    }

    /** Whether writes are accepted, in the words of version 2. */
    @GetMapping("/health")
    ResponseEntity<Map<String, String>> health() {
        String trouble = stream.trouble();
        return ResponseEntity.status(trouble == null ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .body(Map.of("name", "longwave-ingest", "message", trouble == null ? "ready for writes" : trouble, "status",
                        trouble == null ? "pass" : "fail", "version", version));
    }

    /** Since when, in the words of version 2. */
    @GetMapping("/ready")
    ResponseEntity<Map<String, String>> ready() {
        boolean ready = stream.trouble() == null;
        return ResponseEntity.status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .body(Map.of("status", ready ? "ready" : "not ready", "started", started.toString(), "up",
                        Duration.between(started, clock.instant()).toSeconds() + "s"));
    }
}
