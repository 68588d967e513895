package io.longwave.ingest.intake;

import io.longwave.ingest.point.RefusedPoint;
import io.longwave.ingest.point.PointSink;
import io.longwave.ingest.point.Refusal;
import io.longwave.ingest.point.RefusedLine;
import io.longwave.ingest.point.Series;
import io.longwave.series.SeriesKey;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.UndecodableRecordException;

/**
 * Samples as {@code longwave.stream.v1.StreamRecord}, the message of the samples topic: a producer that knows canonical series keys may write many
 * samples of a series in few bytes. Control records are refused: what a model serves is decided by the API. The tenant of a key must be that of the record.
 */
final class ProtobufPoints {
    private ProtobufPoints() {}

    /**
     * Reads a record; the numbers of its series, from 1, are what a sink calls lines.
     *
     * @throws RefusedPoint if the bytes are no such message, or one without samples
     */
    static void parse(byte[] value, RecordContext context, PointSink sink) throws RefusedPoint {
        StreamMessage message;
        try {
            message = StreamCodec.decode(value);
        } catch (UndecodableRecordException e) {
            throw new RefusedPoint(Refusal.SYNTAX, String.valueOf(e.getMessage()));
        }
        if (!(message instanceof Samples samples)) {
            throw new RefusedPoint(Refusal.SYNTAX, "expected samples but found a control record");
        }
        int number = 0;
        for (SeriesSamples series : samples.series()) {
            number++;
            try {
                Series checked = checked(series, context.tenant());
                for (int i = 0; i < series.values().length; i++) {
                    sink.sample(checked, series.timeNanos()[i], series.values()[i]);
                }
                sink.point();
            } catch (RefusedPoint refused) {
                int line = number;
                sink.refused(line, refused.refusal(),
                        () -> new RefusedLine(line, refused.refusal(), String.valueOf(refused.getMessage()), series.key()));
            }
        }
    }

    private static Series checked(SeriesSamples series, String tenant) throws RefusedPoint {
        SeriesKey key;
        try {
            key = SeriesKey.parse(series.key());
        } catch (IllegalArgumentException e) {
            throw new RefusedPoint(Refusal.SERIES_KEY, String.valueOf(e.getMessage()));
        }
        if (!key.tenant().equals(tenant)) {
            throw new RefusedPoint(Refusal.SERIES_KEY,
                    "series key: expected tenant " + tenant + ", that of the record, but was " + key.tenant());
        }
        for (double value : series.values()) {
            if (!Double.isFinite(value)) {
                throw new RefusedPoint(Refusal.NOT_FINITE, "values: expected finite numbers but found " + value);
            }
        }
        return Series.of(key).declared(series.kind());
    }
}
