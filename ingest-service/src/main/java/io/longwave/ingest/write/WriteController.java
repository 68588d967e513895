package io.longwave.ingest.write;

import io.longwave.ingest.http.WriteRefusedException;
import io.longwave.ingest.http.Protocol;
import io.longwave.ingest.http.RequestWriter;
import io.longwave.ingest.http.QueryString;
import io.longwave.ingest.http.Answer;
import io.longwave.ingest.http.ContentCoding;
import io.longwave.ingest.http.Tokens;
import io.longwave.ingest.line.LineParser;
import io.longwave.ingest.line.SeriesCatalog;
import io.longwave.ingest.point.CounterNames;
import io.longwave.ingest.stream.WriteReport;
import io.longwave.ingest.point.Precision;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes line protocol. Works on the raw request, because anything that asks for a parameter would eat the body of a client that sends a
 * form content type.
 */
@RestController
class WriteController {
    private static final Protocol PROTOCOL = new Protocol("influx-line", "line",
            List.of(ContentCoding.GZIP, ContentCoding.ZSTD, ContentCoding.IDENTITY));

    /** Read by Telegraf for its log. */
    private static final String ERROR_HEADER = "X-Influx-Error";
    private static final int ERROR_HEADER_LIMIT = 300;

    private final RequestWriter writer;
    private final SeriesCatalog catalog;
    private final CounterNames counters;
    private final Tokens tokens;
    private final JsonMapper json;

    WriteController(RequestWriter writer, SeriesCatalog catalog, CounterNames counters, Tokens tokens, JsonMapper json) {
        this.writer = writer;
        this.catalog = catalog;
        this.counters = counters;
        this.tokens = tokens;
        this.json = json;
    }

    /** Version 2. The organisation is accepted and not looked at: the token says whose series they are. */
    @PostMapping("/api/v2/write")
    void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(request, response, false);
    }

    /** Version 1. A retention policy makes the bucket {@code db/rp}, as version 2 servers name it. */
    @PostMapping("/write")
    void writeVersion1(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(request, response, true);
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, boolean version1) throws IOException {
        try {
            QueryString query = new QueryString(request.getQueryString());
            String tenant = tokens.tenant(request.getHeader(HttpHeaders.AUTHORIZATION), version1 ? query.get("p") : "");
            String bucket = version1 ? bucketOfVersion1(query) : bucket(query);
            Precision precision = version1 ? precisionOfVersion1(query.get("precision")) : precision(query.get("precision"));
            WriteReport report = writer.write(PROTOCOL, request, tenant, bucket, (bytes, length, receivedNanos,
                    _, sink) -> new LineParser(catalog, counters, tenant, bucket, precision, receivedNanos).parse(bytes, length, sink));
            if (report.unparsableLines() > 0) {
                error(response, version1, 400, "invalid", report.reasons(PROTOCOL.line()) + "partial write: " + report.goodLines()
                        + " lines written, dropped=" + report.refusedLines(), report.firstUnparsable());
            } else if (report.refusedLines() > 0) {
                error(response, version1, 422, "unprocessable entity", "failure writing points to database: partial write: "
                        + report.reasons(PROTOCOL.line()) + "dropped=" + report.refusedLines(), 0);
            } else {
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            }
        } catch (WriteRefusedException e) {
            Answer.headers(response, e, PROTOCOL);
            error(response, version1, e.status(), e.code(), e.getMessage(), 0);
        }
    }

    private static String bucket(QueryString query) {
        return required("bucket", query.get("bucket"));
    }

    private static String bucketOfVersion1(QueryString query) {
        String database = required("db", query.get("db"));
        String policy = query.get("rp");
        return policy.isEmpty() ? database : database + "/" + QueryString.checked("rp", policy);
    }

    private static String required(String name, String value) {
        if (value.isEmpty()) {
            throw WriteRefusedException.invalid("query parameter " + name + ": expected a name but found none");
        }
        return QueryString.checked(name, value);
    }

    private static Precision precision(String value) {
        return switch (value) {
            case "", "ns" -> Precision.NANOSECONDS;
            case "us" -> Precision.MICROSECONDS;
            case "ms" -> Precision.MILLISECONDS;
            case "s" -> Precision.SECONDS;
            default -> throw WriteRefusedException.invalid("query parameter precision: expected ns, us, ms or s but found '" + value + "'");
        };
    }

    private static Precision precisionOfVersion1(String value) {
        return switch (value) {
            case "", "n", "ns" -> Precision.NANOSECONDS;
            case "u", "us", "µ" -> Precision.MICROSECONDS;
            case "ms" -> Precision.MILLISECONDS;
            case "s" -> Precision.SECONDS;
            case "m" -> Precision.MINUTES;
            case "h" -> Precision.HOURS;
            default ->
                throw WriteRefusedException.invalid("query parameter precision: expected n, u, ms, s, m or h but found '" + value + "'");
        };
    }

    /** @param line number of the first bad line, or 0 for none */
    private void error(HttpServletResponse response, boolean version1, int status, String code, String message, int line)
            throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("code", code);
        body.put("message", message);
        if (line > 0) {
            body.put("line", line);
        }
        if (version1) {
            // Where version 1 clients look.
            body.put("error", message);
        }
        response.setHeader(ERROR_HEADER, headerText(message));
        Answer.send(response, status, MediaType.APPLICATION_JSON_VALUE, json.writeValueAsBytes(body));
    }

    /** First line, in the characters a header may hold. */
    private static String headerText(String message) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < message.length() && i < ERROR_HEADER_LIMIT; i++) {
            char c = message.charAt(i);
            if (c == '\n') {
                break;
            }
            text.append(c < ' ' || c > '~' ? '?' : c);
        }
        return text.toString();
    }
}
