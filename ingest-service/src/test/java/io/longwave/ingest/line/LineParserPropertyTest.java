package io.longwave.ingest.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.ingest.point.RefusedLine;
import io.longwave.ingest.point.Precision;
import io.longwave.ingest.line.Parsed.Point;
import io.longwave.series.SeriesKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Points rendered by an independent writer come back as they were, with bad lines between them. */
class LineParserPropertyTest {
    private static final int[] NAME = "ab\\,= \"#/éß🙂'".codePoints().toArray();
    private static final int[] STRING = "ab\\,= \"#\n\r🙂".codePoints().toArray();
    private static final List<String> BAD = List.of("bad", "m f=", "m,a= f=1", "m f=1 x", "m f=nan", "=", ",", "m f=1 1 1");

    @Test
    void renderedPointsAreReadBack() {
        SeriesCatalog catalog = new SeriesCatalog(64 * 1024);
        Property.forAll(400, random -> {
            Precision precision = Precision.values()[random.nextInt(Precision.values().length)];
            StringBuilder body = new StringBuilder();
            List<Point> expected = new ArrayList<>();
            List<Integer> bad = new ArrayList<>();
            int[] skipped = new int[2];
            int lines = random.nextInt(1, 12);
            int line = 1;
            for (int i = 0; i < lines; i++) {
                int before = body.length();
                switch (random.nextInt(6)) {
                    case 0 -> body.append("# ").append(text(random, NAME));
                    case 1 -> {
                        body.append(BAD.get(random.nextInt(BAD.size())));
                        bad.add(line);
                    }
                    default -> point(random, precision, body, expected, skipped);
                }
                body.append(random.nextInt(4) == 0 ? "\r\n" : "\n");
                line += (int) body.substring(before).chars().filter(c -> c == '\n').count();
            }
            if (random.nextBoolean()) {
                body.setLength(body.length() - 1);
            }
            Parsed parsed = Parsed.of(body.toString().getBytes(StandardCharsets.UTF_8), precision, catalog);
            assertThat(parsed.samples).as(body.toString()).isEqualTo(expected);
            assertThat(parsed.refused).as(body.toString()).extracting(RefusedLine::line).isEqualTo(bad);
            assertThat(parsed.strings).as(body.toString()).isEqualTo(skipped[0]);
            assertThat(parsed.booleans).as(body.toString()).isEqualTo(skipped[1]);
        });
    }

    @Test
    void decimalNumbersAreReadAsTheNearestDouble() {
        Property.forAll(20_000, random -> {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
            digits(random, text, random.nextInt(1, 22));
            if (random.nextBoolean()) {
                digits(random, text.append('.'), random.nextInt(0, 20));
            }
            if (random.nextInt(3) == 0) {
                text.append(random.nextBoolean() ? "e" : "E-").append(random.nextInt(0, 280));
            }
            assertThat(Parsed.of("m f=" + text).samples).as(text.toString()).extracting(Point::value)
                    .containsExactly(Double.parseDouble(text.toString()));
        });
    }

    @Test
    void noBytesWhateverTheyAreStopTheParser() {
        byte[] alphabet = "m,a=1 f\"\\\n\r#_-+.eEiut5\u0000é".getBytes(StandardCharsets.UTF_8);
        Property.forAll(20_000, random -> {
            byte[] body = new byte[random.nextInt(40)];
            for (int i = 0; i < body.length; i++) {
                body[i] = random.nextInt(50) == 0 ? (byte) random.nextInt(256) : alphabet[random.nextInt(alphabet.length)];
            }
            Parsed parsed = Parsed.of(body, Precision.SECONDS, new SeriesCatalog(4096));
            int lines = 1;
            for (byte b : body) {
                lines += b == '\n' ? 1 : 0;
            }
            assertThat(parsed.points + parsed.refused.size()).isLessThanOrEqualTo(lines);
            assertThat(parsed.samples).allSatisfy(point -> assertThat(point.value()).isFinite());
        });
    }

    private static void digits(SplittableRandom random, StringBuilder text, int count) {
        for (int i = 0; i < count; i++) {
            text.append((char) ('0' + random.nextInt(10)));
        }
    }

    private static void point(SplittableRandom random, Precision precision, StringBuilder body, List<Point> expected, int[] skipped) {
        String measurement = "m" + text(random, NAME);
        Map<String, String> tags = new LinkedHashMap<>();
        int tagCount = random.nextInt(4);
        for (int t = 0; t < tagCount; t++) {
            tags.put(t + text(random, NAME), "v" + text(random, NAME));
        }
        body.append(measurement.replace(",", "\\,").replace(" ", "\\ "));
        tags.forEach((key, value) -> body.append(',').append(escaped(key)).append('=').append(escaped(value)));
        long limit = 9_223_372_036_854_775_806L / precision.nanos();
        long timestamp = random.nextBoolean() ? random.nextLong(-limit, limit) : random.nextLong(0, Math.min(limit, 5_000_000));
        boolean timed = random.nextInt(4) != 0;
        long time = timed ? timestamp * precision.nanos() : Parsed.RECEIVED / precision.nanos() * precision.nanos();
        int fields = random.nextInt(1, 5);
        for (int f = 0; f < fields; f++) {
            String field = f + text(random, NAME);
            body.append(f == 0 ? ' ' : ',').append(escaped(field)).append('=');
            String series = SeriesKey.of("t", "b", measurement, tags, field).canonical().substring("t/b/".length());
            switch (random.nextInt(6)) {
                case 0 -> {
                    body.append('"').append(text(random, STRING).replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
                    skipped[0]++;
                }
                case 1 -> {
                    body.append(random.nextBoolean() ? "t" : "False");
                    skipped[1]++;
                }
                case 2 -> {
                    long value = random.nextLong();
                    body.append(value).append('i');
                    expected.add(new Point(series, time, value));
                }
                case 3 -> {
                    long value = random.nextLong();
                    body.append(Long.toUnsignedString(value)).append('u');
                    expected.add(new Point(series, time, Double.parseDouble(Long.toUnsignedString(value))));
                }
                default -> {
                    double value = random.nextBoolean()
                            ? random.nextInt(-100_000, 100_000) / 100.0
                            : Double.longBitsToDouble(random.nextLong());
                    value = Double.isFinite(value) ? value : 0;
                    body.append(value);
                    expected.add(new Point(series, time, value));
                }
            }
        }
        if (timed) {
            body.append(' ').append(timestamp);
        }
    }

    private static String escaped(String name) {
        return name.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ");
    }

    /** Never with a backslash at its end: the protocol has no way to write that in a name. */
    private static String text(SplittableRandom random, int[] alphabet) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(6);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.append('z').toString();
    }
}
