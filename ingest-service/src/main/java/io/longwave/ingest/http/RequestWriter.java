package io.longwave.ingest.http;

import io.longwave.ingest.point.RefusedLine;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.ingest.stream.InFlightExceededException;
import io.longwave.ingest.stream.IngestMetrics;
import io.longwave.ingest.stream.SampleBatch;
import io.longwave.ingest.stream.SampleStream;
import io.longwave.ingest.stream.WriteReport;
import io.longwave.wire.BrokerUnavailableException;
import io.longwave.wire.DeadLetter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpHeaders;

/** One request from its body to the broker's acknowledgement, whatever its points are written in. */
public final class RequestWriter {
    private final SampleStream stream;
    private final InFlightBytes inFlight;
    private final IngestMetrics metrics;
    private final Clock clock;
    private final int maxBody;
    private final int maxDeadLetters;
    private final Duration retryAfter;

    RequestWriter(SampleStream stream, InFlightBytes inFlight, IngestMetrics metrics, Clock clock, int maxBody, int maxDeadLetters,
            Duration retryAfter) {
        this.stream = stream;
        this.inFlight = inFlight;
        this.metrics = metrics;
        this.clock = clock;
        this.maxBody = maxBody;
        this.maxDeadLetters = maxDeadLetters;
        this.retryAfter = retryAfter;
    }

    /**
     * Writes the good lines and keeps the others as dead letters; returns when the broker has both.
     *
     * @param tenant of all points
     * @param bucket that dead letters name
     * @throws WriteRefusedException if nothing could be written; when the broker failed in between, a part may be
     * @throws IOException if the client went away
     */
    public WriteReport write(Protocol protocol, HttpServletRequest request, String tenant, String bucket, PointReader reader)
            throws IOException {
        Instant receivedAt = clock.instant();
        try (InFlightBytes.Share share = inFlight.open()) {
            String trouble = stream.trouble();
            if (trouble != null) {
                throw new BrokerUnavailableException(trouble, null);
            }
            SampleBatch batch = new SampleBatch(share);
            WriteReport report = new WriteReport(batch, share, maxDeadLetters);
            int length = read(protocol, request, receivedAt, share, reader, report);
            stream.write(batch, deadLetters(report, protocol.source(), tenant, bucket, receivedAt), receivedAt);
            metrics.written(report, length);
            return report;
        } catch (InFlightExceededException e) {
            if (e.tooLargeAlone()) {
                throw WriteRefusedException.tooLarge(e.getMessage());
            }
            metrics.overloaded();
            throw WriteRefusedException.overloaded(e.getMessage(), retryAfter);
        } catch (BrokerUnavailableException e) {
            metrics.brokerAway();
            throw WriteRefusedException.unavailable(e.getMessage(), retryAfter);
        }
    }

    /** Reads and parses; the bytes of the body are free again when it returns, while its samples wait for the broker. */
    private int read(Protocol protocol, HttpServletRequest request, Instant receivedAt, InFlightBytes.Share share, PointReader reader,
            WriteReport report) throws IOException {
        RequestBody body = RequestBody.read(request.getInputStream(), request.getHeader(HttpHeaders.CONTENT_ENCODING), protocol.codings(),
                maxBody, share);
        long receivedNanos = Math.addExact(Math.multiplyExact(receivedAt.getEpochSecond(), 1_000_000_000L), receivedAt.getNano());
        reader.read(body.bytes(), body.length(), receivedNanos, share, report);
        share.shrink(body.bytes().length);
        return body.length();
    }

    private static List<DeadLetter> deadLetters(WriteReport report, String source, String tenant, String bucket, Instant receivedAt) {
        return report.deadLetters().stream().map(line -> deadLetter(line, source, tenant, bucket, receivedAt)).toList();
    }

    private static DeadLetter deadLetter(RefusedLine line, String source, String tenant, String bucket, Instant receivedAt) {
        return new DeadLetter(source, line.refusal().code(), line.detail(), line.line(), line.text(), tenant, bucket, receivedAt);
    }
}
