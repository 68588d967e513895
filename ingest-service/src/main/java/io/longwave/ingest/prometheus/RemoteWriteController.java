package io.longwave.ingest.prometheus;

import io.longwave.ingest.IngestProperties;
import io.longwave.ingest.http.Answer;
import io.longwave.ingest.http.ContentCoding;
import io.longwave.ingest.http.Protocol;
import io.longwave.ingest.http.QueryString;
import io.longwave.ingest.http.RequestWriter;
import io.longwave.ingest.http.Tokens;
import io.longwave.ingest.http.WriteRefusedException;
import io.longwave.ingest.stream.WriteReport;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.xerial.snappy.Snappy;

/**
 * Takes Prometheus remote write. Samples may come in any order. What a sender must send again is answered with 503 and never 429, after which it
 * may throw samples away; every answer of 400 is final to it.
 */
@RestController
class RemoteWriteController {
    private static final Protocol PROTOCOL = new Protocol("prometheus-remote-write", "series", List.of(ContentCoding.SNAPPY));
    private static final String WRITTEN = "X-Prometheus-Remote-Write-%s-Written";
    private static final int TOO_MANY_REQUESTS = 429;

    private final MetricFamilies families = new MetricFamilies();
    private final RequestWriter writer;
    private final Tokens tokens;
    private final String defaultBucket;

    RemoteWriteController(RequestWriter writer, Tokens tokens, IngestProperties properties) {
        this.writer = writer;
        this.tokens = tokens;
        this.defaultBucket = properties.prometheus().bucket();
        Snappy.getNativeLibraryVersion(); // fails the start where the library cannot be loaded, and not each request
    }

    /** Versions 1.0 and 2.0, told apart by the content type. */
    @PostMapping("/api/v1/write")
    void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            QueryString query = new QueryString(request.getQueryString());
            String tenant = tokens.tenant(request.getHeader(HttpHeaders.AUTHORIZATION), "");
            String bucket = query.bucket(defaultBucket);
            RemoteWriteReader reader = new RemoteWriteReader(RemoteWriteVersion.of(request.getContentType()), families, tenant, bucket);
            WriteReport report = writer.write(PROTOCOL, request, tenant, bucket, reader);
            written(response, "Samples", reader.samples());
            written(response, "Histograms", reader.histograms());
            written(response, "Exemplars", 0);
            if (report.refusedLines() == 0) {
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            } else {
                text(response, HttpServletResponse.SC_BAD_REQUEST,
                        report.reasons(PROTOCOL.line()) + "partial write: " + (reader.samples() + reader.histograms())
                                + " samples written, refused=" + reader.refusals());
            }
        } catch (WriteRefusedException e) {
            Answer.headers(response, e, PROTOCOL);
            text(response, e.status() == TOO_MANY_REQUESTS ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : e.status(), e.getMessage());
        }
    }

    private static void written(HttpServletResponse response, String what, long count) {
        response.setHeader(WRITTEN.formatted(what), Long.toString(count));
    }

    private static void text(HttpServletResponse response, int status, String message) throws IOException {
        Answer.send(response, status, "text/plain;charset=UTF-8", message.getBytes(StandardCharsets.UTF_8));
    }
}
