package io.longwave.ingest.write;

import io.longwave.ingest.stream.IngestMetrics;
import io.longwave.ingest.stream.WriteReport;
import io.longwave.ingest.line.LineParser;
import io.longwave.ingest.line.Precision;
import io.longwave.ingest.line.RefusedLine;
import io.longwave.ingest.line.SeriesCatalog;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.ingest.stream.InFlightExceededException;
import io.longwave.ingest.stream.SampleBatch;
import io.longwave.ingest.stream.SampleStream;
import io.longwave.wire.BrokerUnavailableException;
import io.longwave.wire.DeadLetter;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One write from its body to the broker's acknowledgement. */
final class LineWriter {
    private static final String SOURCE = "influx-line";

    private final SampleStream stream;
    private final SeriesCatalog catalog;
    private final InFlightBytes inFlight;
    private final IngestMetrics metrics;
    private final Clock clock;
    private final int maxBody;
    private final int maxDeadLetters;
    private final Duration retryAfter;

    LineWriter(SampleStream stream, SeriesCatalog catalog, InFlightBytes inFlight, IngestMetrics metrics, Clock clock, int maxBody,
            int maxDeadLetters, Duration retryAfter) {
        this.stream = stream;
        this.catalog = catalog;
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
     * @throws WriteRefusedException if nothing could be written; when the broker failed in between, a part may be
     * @throws IOException if the client went away
     */
    WriteReport write(InputStream body, @Nullable String encoding, String tenant, String bucket, Precision precision) throws IOException {
        Instant receivedAt = clock.instant();
        try (InFlightBytes.Share share = inFlight.open()) {
            String trouble = stream.trouble();
            if (trouble != null) {
                throw new BrokerUnavailableException(trouble, null);
            }
            SampleBatch batch = new SampleBatch(share);
            WriteReport report = new WriteReport(batch, share, maxDeadLetters);
            int length = parse(body, encoding, tenant, bucket, precision, receivedAt, share, report);
            stream.write(batch, deadLetters(report, tenant, bucket, receivedAt), receivedAt);
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
    private int parse(InputStream in, @Nullable String encoding, String tenant, String bucket, Precision precision, Instant receivedAt,
            InFlightBytes.Share share, WriteReport report) throws IOException {
        RequestBody body = RequestBody.read(in, encoding, maxBody, share);
        long receivedNanos = Math.addExact(Math.multiplyExact(receivedAt.getEpochSecond(), 1_000_000_000L), receivedAt.getNano());
        new LineParser(catalog, tenant, bucket, precision, receivedNanos).parse(body.bytes(), body.length(), report);
        share.shrink(body.bytes().length);
        return body.length();
    }

    private static List<DeadLetter> deadLetters(WriteReport report, String tenant, String bucket, Instant receivedAt) {
        return report.deadLetters().stream().map(line -> deadLetter(line, tenant, bucket, receivedAt)).toList();
    }

    private static DeadLetter deadLetter(RefusedLine line, String tenant, String bucket, Instant receivedAt) {
        return new DeadLetter(SOURCE, line.refusal().code(), line.detail(), line.line(), line.text(), tenant, bucket, receivedAt);
    }
}
