package io.longwave.ingest.line;

import io.longwave.ingest.point.CounterNames;
import io.longwave.ingest.point.Refusal;
import io.longwave.ingest.point.PointSink;
import io.longwave.ingest.point.RefusedLine;
import io.longwave.ingest.point.Series;
import io.longwave.ingest.point.SkippedKind;
import io.longwave.ingest.point.Precision;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Everything a parser says about a body, in order. */
class Parsed implements PointSink {
    static final long RECEIVED = 1_700_000_000_123_456_789L;

    final List<Point> samples = new ArrayList<>();
    final List<RefusedLine> refused = new ArrayList<>();
    int points;
    int strings;
    int booleans;

    /** A sample; the series without the tenant and bucket of the tests. */
    record Point(String series, long time, double value) {}

    static Parsed of(String body) {
        return of(body, Precision.NANOSECONDS);
    }

    static Parsed of(String body, Precision precision) {
        return of(body.getBytes(StandardCharsets.UTF_8), precision, new SeriesCatalog(1 << 20));
    }

    static Parsed of(byte[] body, Precision precision, SeriesCatalog catalog) {
        Parsed parsed = new Parsed();
        new LineParser(catalog, CounterNames.NONE, "t", "b", precision, RECEIVED).parse(body, body.length, parsed);
        return parsed;
    }

    @Override
    public void sample(Series series, long timeNanos, double value) {
        samples.add(new Point(series.key().substring("t/b/".length()), timeNanos, value));
    }

    @Override
    public void skipped(SkippedKind kind, int count) {
        switch (kind) {
            case STRING -> strings += count;
            case BOOLEAN -> booleans += count;
            case STALE, NOT_FINITE, BUCKETS -> throw new AssertionError("line protocol knows no " + kind);
        }
    }

    @Override
    public void point() {
        points++;
    }

    @Override
    public void refused(int line, Refusal refusal, Evidence evidence) {
        RefusedLine described = evidence.describe();
        if (described.line() != line || described.refusal() != refusal) {
            throw new AssertionError("evidence of another line: " + described);
        }
        refused.add(described);
    }
}
