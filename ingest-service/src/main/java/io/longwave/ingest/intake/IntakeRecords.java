package io.longwave.ingest.intake;

import io.longwave.ingest.point.RefusedPoint;
import io.longwave.ingest.IngestProperties.Intake;
import io.longwave.ingest.line.LineParser;
import io.longwave.ingest.point.CounterNames;
import io.longwave.ingest.point.PointSink;
import io.longwave.ingest.point.Precision;
import io.longwave.ingest.point.Refusal;
import io.longwave.ingest.point.RefusedLine;
import io.longwave.ingest.line.SeriesCatalog;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads the points of one record of the intake topic, whatever they are written in. */
final class IntakeRecords {
    private final SeriesCatalog catalog;
    private final CounterNames counters;
    private final Intake settings;

    IntakeRecords(SeriesCatalog catalog, CounterNames counters, Intake settings) {
        this.catalog = catalog;
        this.counters = counters;
        this.settings = settings;
    }

    /** Tenant of a record: of its header, else the usual one. */
    String tenant(ConsumerRecord<byte[], byte[]> record) {
        String header = header(record, "tenant");
        return header == null || header.isEmpty() ? settings.tenant() : header;
    }

    /** Bucket of a record's points that do not name theirs. */
    String bucket(ConsumerRecord<byte[], byte[]> record) {
        String header = header(record, "bucket");
        return header == null || header.isEmpty() ? settings.bucket() : header;
    }

    /** Hands every point to the sink; a record without use as a whole is a refused line of number 0. */
    void parse(ConsumerRecord<byte[], byte[]> record, PointSink sink) {
        byte[] value = record.value();
        try {
            if (value == null) {
                throw new RefusedPoint(Refusal.SYNTAX, "expected points but the record has no value");
            }
            RecordContext context = new RecordContext(tenant(record), bucket(record), precision(header(record, "precision")),
                    timeNanos(record));
            switch (IntakeFormat.of(header(record, "content-type"), value)) {
                case LINE -> new LineParser(catalog, counters, context.tenant(), context.bucket(),
                        context.precision() == null ? Precision.NANOSECONDS : context.precision(), context.timeNanos())
                        .parse(value, value.length, sink);
                case JSON -> JsonPoints.parse(value, context, counters, sink);
                case PROTOBUF -> ProtobufPoints.parse(value, context, sink);
            }
        } catch (RefusedPoint refused) {
            sink.refused(0, refused.refusal(),
                    () -> new RefusedLine(0, refused.refusal(), String.valueOf(refused.getMessage()), beginning(value)));
        }
    }

    private static long timeNanos(ConsumerRecord<byte[], byte[]> record) throws RefusedPoint {
        if (!Precision.MILLISECONDS.holds(record.timestamp())) {
            throw new RefusedPoint(Refusal.TIME_RANGE,
                    "record: expected a timestamp that nanoseconds in 64 bits can hold but found " + record.timestamp() + " ms");
        }
        return record.timestamp() * Precision.MILLISECONDS.nanos();
    }

    private static @Nullable Precision precision(@Nullable String name) throws RefusedPoint {
        return switch (name) {
            case null -> null;
            case "ns" -> Precision.NANOSECONDS;
            case "us" -> Precision.MICROSECONDS;
            case "ms" -> Precision.MILLISECONDS;
            case "s" -> Precision.SECONDS;
            default -> throw new RefusedPoint(Refusal.SYNTAX, "header precision: expected ns, us, ms or s but found '" + name + "'");
        };
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static String beginning(byte @Nullable [] value) {
        return value == null ? "" : new String(value, 0, Math.min(value.length, RefusedLine.TEXT_LIMIT), StandardCharsets.UTF_8);
    }
}
