package io.longwave.ingest.line;

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
        new LineParser(catalog, "t", "b", precision, RECEIVED).parse(body, body.length, parsed);
        return parsed;
    }

    @Override
    public void sample(Series series, long timeNanos, double value) {
        samples.add(new Point(series.key().substring("t/b/".length()), timeNanos, value));
    }

    @Override
    public void point(int stringFields, int booleanFields) {
        points++;
        strings += stringFields;
        booleans += booleanFields;
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
