package io.longwave.ingest.otlp;

import com.google.protobuf.Message;
import io.longwave.ingest.IngestProperties;
import io.longwave.ingest.http.Answer;
import io.longwave.ingest.http.ContentCoding;
import io.longwave.ingest.http.Protocol;
import io.longwave.ingest.http.QueryString;
import io.longwave.ingest.http.RequestWriter;
import io.longwave.ingest.http.Tokens;
import io.longwave.ingest.http.WriteRefusedException;
import io.longwave.ingest.otlp.proto.Status;
import io.longwave.ingest.stream.WriteReport;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Takes metrics of OpenTelemetry. Data points that cannot be kept are a partial success, which a client must not send again. */
@RestController
class OtlpController {
    private static final Protocol PROTOCOL = new Protocol("otlp", "data point",
            List.of(ContentCoding.GZIP, ContentCoding.ZSTD, ContentCoding.IDENTITY));

    /** Codes of gRPC. */
    private static final int UNKNOWN = 2;
    private static final int INVALID_ARGUMENT = 3;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    private final RequestWriter writer;
    private final Tokens tokens;
    private final String defaultBucket;
    private final Set<String> resourceAttributes;

    OtlpController(RequestWriter writer, Tokens tokens, IngestProperties properties) {
        this.writer = writer;
        this.tokens = tokens;
        this.defaultBucket = properties.otlp().bucket();
        this.resourceAttributes = Set.copyOf(properties.otlp().resourceAttributes());
    }

    /** Protobuf or JSON; the answer comes as the request did. */
    @PostMapping("/v1/metrics")
    void metrics(HttpServletRequest request, HttpServletResponse response) throws IOException {
        OtlpFormat format = OtlpFormat.PROTOBUF;
        try {
            format = OtlpFormat.of(request.getContentType());
            QueryString query = new QueryString(request.getQueryString());
            String tenant = tokens.tenant(request.getHeader(HttpHeaders.AUTHORIZATION), "");
            String bucket = query.bucket(defaultBucket);
            WriteReport report = writer.write(PROTOCOL, request, tenant, bucket,
                    new OtlpReader(format, tenant, bucket, resourceAttributes));
            ExportMetricsServiceResponse.Builder answer = ExportMetricsServiceResponse.newBuilder();
            if (report.refusedLines() > 0) {
                answer.setPartialSuccess(ExportMetricsPartialSuccess.newBuilder().setRejectedDataPoints(report.refusedLines())
                        .setErrorMessage(report.reasons(PROTOCOL.line()).strip()));
            }
            send(response, HttpServletResponse.SC_OK, format, answer.build());
        } catch (WriteRefusedException e) {
            Answer.headers(response, e, PROTOCOL);
            send(response, e.status(), format, Status.newBuilder().setCode(code(e.status())).setMessage(e.getMessage()).build());
        }
    }

    private static int code(int status) {
        return switch (status) {
            case 400, 413, 415 -> INVALID_ARGUMENT;
            case 401 -> UNAUTHENTICATED;
            case 429 -> RESOURCE_EXHAUSTED;
            case 503 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    private static void send(HttpServletResponse response, int status, OtlpFormat format, Message message) throws IOException {
        Answer.send(response, status, format.contentType(), format.bytes(message));
    }
}
