package io.longwave.ingest.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.ingest.point.CounterNames;
import io.longwave.ingest.point.Refusal;
import io.longwave.ingest.point.PointSink;
import io.longwave.ingest.point.RefusedLine;
import io.longwave.ingest.point.SkippedKind;
import io.longwave.ingest.point.Series;
import io.longwave.ingest.point.Precision;
import io.longwave.ingest.line.Parsed.Point;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineParserTest {

    static List<Sample> namesOfGoodLines() {
        return List.of(new Sample("m f=1 5", "m#f"), new Sample("m,a=1,b=2 f=1 5", "m,a=1,b=2#f"),
                new Sample("m,b=2,a=1 f=1 5", "m,a=1,b=2#f"),
                new Sample("my\\ m\\,x,t\\ a\\=g=v\\,a\\ l\\=u f\\ i\\,e\\=ld=1 5", "my m\\,x,t a\\=g=v\\,a l\\=u#f i\\,e\\=ld"),
                // An equals sign of a measurement needs no escape and cannot have one.
                new Sample("m=x f=1 5", "m\\=x#f"), new Sample("m\\=x f=1 5", "m\\\\\\=x#f"),
                // A backslash before anything else is itself.
                new Sample("m\\n,a\\b=c\\d f\\g=1 5", "m\\\\n,a\\\\b=c\\\\d#f\\\\g"), new Sample("m,a=\\\\\\ b f=1 5", "m,a=\\\\\\\\ b#f"),
                // Quotes mean nothing outside string values.
                new Sample("m,a=\"x\\ y\" f=1 5", "m,a=\"x y\"#f"), new Sample("\"m\" \"f\"=1 5", "\"m\"#\"f\""),
                new Sample("größe,ort=Köln µ=1 5", "größe,ort=Köln#µ"), new Sample("m,🙂=x f=1 5", "m,🙂=x#f"),
                new Sample("m/n,a=x#y f=1 5", "m\\/n,a=x\\#y#f"),
                // Spaces at the start, between the parts and at the end.
                new Sample("  m,a=1   f=1   5   ", "m,a=1#f"), new Sample("m f=1 5\r", "m#f"), new Sample("m f=1 5 \r\n", "m#f"),
                new Sample("\uFEFFm f=1 5", "m#f"));
    }

    record Sample(String line, String series) {}

    @ParameterizedTest
    @MethodSource("namesOfGoodLines")
    void namesLoseTheirEscapes(Sample expected) {
        Parsed parsed = Parsed.of(expected.line);
        assertThat(parsed.refused).isEmpty();
        assertThat(parsed.samples).containsExactly(new Point(expected.series, 5, 1));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "-1,-1", "+1,1", "0,0", "-0,-0.0", "1.5,1.5", "1.,1", ".5,0.5", "-.5,-0.5", "1e3,1000", "1E3,1000", "1e+3,1000",
            "1.25e-3,0.00125", "-1.234456e+78,-1.234456e+78", "0.1,0.1", "123456789012345,123456789012345",
            "1234567890.123456,1234567890.123456", "9007199254740993,9007199254740992", "1.7976931348623157e308,1.7976931348623157e308",
            "4.9e-324,4.9e-324", "1e-400,0", "00012,12", "0.000000000000000000000000000000000001,1e-36", "12i,12", "-12i,-12", "+12i,12",
            "0i,0", "-0i,-0.0", "9223372036854775807i,9223372036854775807", "-9223372036854775808i,-9223372036854775808",
            "9007199254740993i,9007199254740992", "0u,0", "12u,12", "18446744073709551615u,18446744073709551615",
            "9223372036854775809u,9223372036854775808", "000000000000000000000001i,1"})
    void everyFormOfANumberIsRead(String written, double value) {
        Parsed parsed = Parsed.of("m f=" + written + " 5");
        assertThat(parsed.refused).isEmpty();
        assertThat(parsed.samples).containsExactly(new Point("m#f", 5, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"})
    void booleansAreAcceptedAndGiveNoSample(String written) {
        Parsed parsed = Parsed.of("m f=" + written + ",g=2 5");
        assertThat(parsed.refused).isEmpty();
        assertThat(parsed.booleans).isEqualTo(1);
        assertThat(parsed.samples).containsExactly(new Point("m#g", 5, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"a b,c=d\"", "\"a\\\"b\"", "\"back\\\\\"", "\"C:\\dir\"", "\"two\nlines\"", "\"two\r\nlines\"",
            "\"# no comment\"",
            "\"\\\\\\\"\""})
    void stringsAreAcceptedAndGiveNoSample(String written) {
        Parsed parsed = Parsed.of("m f=" + written + ",g=2 5\nm g=3 6");
        assertThat(parsed.refused).isEmpty();
        assertThat(parsed.strings).isEqualTo(1);
        assertThat(parsed.samples).containsExactly(new Point("m#g", 5, 2), new Point("m#g", 6, 3));
    }

    @Test
    void aLineOfStringsOnlyIsAGoodPointWithoutSamples() {
        Parsed parsed = Parsed.of("m a=\"x\",b=t 5");
        assertThat(parsed.points).isEqualTo(1);
        assertThat(parsed.samples).isEmpty();
        assertThat(parsed.refused).isEmpty();
    }

    static List<Bad> unparsableLines() {
        return List.of(
                new Bad("m", Refusal.SYNTAX,
                        "expected a space and fields after the measurement and its tags but found end of line at byte 2"),
                new Bad("m ", Refusal.SYNTAX, "expected a field key but found end of line at byte 3"),
                new Bad("m,a=1", Refusal.SYNTAX,
                        "expected a space and fields after the measurement and its tags but found end of line at byte 6"),
                new Bad(",a=1 f=1", Refusal.SYNTAX, "expected a measurement but found ',' at byte 1"),
                new Bad("m, f=1", Refusal.SYNTAX, "expected a tag key after ',' but found ' ' at byte 3"),
                new Bad("m,=1 f=1", Refusal.SYNTAX, "expected a tag key after ',' but found '=' at byte 3"),
                new Bad("m,a f=1", Refusal.SYNTAX, "expected '=' after the tag key but found ' ' at byte 4"),
                new Bad("m,a,b=1 f=1", Refusal.SYNTAX, "expected '=' after the tag key but found ',' at byte 4"),
                new Bad("m,a= f=1", Refusal.SYNTAX, "expected a tag value after '=' but found ' ' at byte 5"),
                new Bad("m,a=,b=1 f=1", Refusal.SYNTAX, "expected a tag value after '=' but found ',' at byte 5"),
                new Bad("m,a=1=2 f=1", Refusal.SYNTAX, "expected ',' or a space after the tag value but found '=' at byte 6"),
                new Bad("m,a=1,a=2 f=1", Refusal.DUPLICATE_TAG, "expected each tag key once but found 'a' at byte 7"),
                new Bad("m f", Refusal.SYNTAX, "expected '=' after the field key but found end of line at byte 4"),
                new Bad("m f 5", Refusal.SYNTAX, "expected '=' after the field key but found ' ' at byte 4"),
                new Bad("m =1", Refusal.SYNTAX, "expected a field key before '=' but found '=' at byte 3"),
                new Bad("m f=", Refusal.SYNTAX, "expected a field value after '=' but found end of line at byte 5"),
                new Bad("m f=1,", Refusal.SYNTAX, "expected a field key after ',' but found end of line at byte 7"),
                new Bad("m f=1, g=2", Refusal.SYNTAX, "expected a field key after ',' but found ' ' at byte 7"),
                new Bad("m f=1,,g=2", Refusal.SYNTAX, "expected a field key after ',' but found ',' at byte 7"),
                new Bad("m f= 5", Refusal.SYNTAX, number("' '") + " at byte 5"),
                new Bad("m f=abc 5", Refusal.SYNTAX, number("'abc'") + " at byte 5"),
                new Bad("m f=1x 5", Refusal.SYNTAX, number("'1x'") + " at byte 5"),
                new Bad("m f=- 5", Refusal.SYNTAX, number("'-'") + " at byte 5"),
                new Bad("m f=. 5", Refusal.SYNTAX, number("'.'") + " at byte 5"),
                new Bad("m f=1e 5", Refusal.SYNTAX, number("'1e'") + " at byte 5"),
                new Bad("m f=1e+ 5", Refusal.SYNTAX, number("'1e+'") + " at byte 5"),
                new Bad("m f=1.2.3 5", Refusal.SYNTAX, number("'1.2.3'") + " at byte 5"),
                new Bad("m f=1.5i 5", Refusal.SYNTAX, number("'1.5i'") + " at byte 5"),
                new Bad("m f=1e3i 5", Refusal.SYNTAX, number("'1e3i'") + " at byte 5"),
                new Bad("m f=i 5", Refusal.SYNTAX, number("'i'") + " at byte 5"),
                new Bad("m f=-i 5", Refusal.SYNTAX, number("'-i'") + " at byte 5"),
                new Bad("m f=-1u 5", Refusal.SYNTAX, number("'-1u'") + " at byte 5"),
                new Bad("m f=0x1F 5", Refusal.SYNTAX, number("'0x1F'") + " at byte 5"),
                new Bad("m f=1_000 5", Refusal.SYNTAX, number("'1_000'") + " at byte 5"),
                new Bad("m f=tRUE 5", Refusal.SYNTAX, number("'tRUE'") + " at byte 5"),
                new Bad("m f=truee 5", Refusal.SYNTAX, number("'truee'") + " at byte 5"),
                new Bad("m f='x' 5", Refusal.SYNTAX, number("''x''") + " at byte 5"),
                new Bad("m f=NaN 5", Refusal.NOT_FINITE, "expected a finite number but found 'NaN' at byte 5"),
                new Bad("m f=-Inf 5", Refusal.NOT_FINITE, "expected a finite number but found '-Inf' at byte 5"),
                new Bad("m f=+infinity,g=1 5", Refusal.NOT_FINITE, "expected a finite number but found '+infinity' at byte 5"),
                new Bad("m f=\"x 5", Refusal.OPEN_STRING, "expected a closing '\"' of the string but found '\"' at byte 5"),
                new Bad("m f=\"x\"y 5", Refusal.OPEN_STRING,
                        "expected ',' or a space after the closing '\"' of the string but found 'y' at byte 8"),
                new Bad("m f=1 x", Refusal.SYNTAX, "expected an integer timestamp but found 'x' at byte 7"),
                new Bad("m f=1 1.5", Refusal.SYNTAX, "expected an integer timestamp but found '1.5' at byte 7"),
                new Bad("m f=1 5s", Refusal.SYNTAX, "expected an integer timestamp but found '5s' at byte 7"),
                new Bad("m f=1 +5", Refusal.SYNTAX, "expected an integer timestamp but found '+5' at byte 7"),
                new Bad("m f=1 -", Refusal.SYNTAX, "expected an integer timestamp but found '-' at byte 7"),
                new Bad("m f=1 5 6", Refusal.SYNTAX, "expected the end of the line after the timestamp but found '6' at byte 9"),
                // A backslash at the end of a tag value takes the space that should end the tags.
                new Bad("m,a=x\\ f=1 5", Refusal.SYNTAX, "expected ',' or a space after the tag value but found '=' at byte 9"),
                new Bad("m f=ö 5", Refusal.SYNTAX, number("'ö'") + " at byte 5"));
    }

    private static String number(String found) {
        return "expected a number, an integer (123i, 123u), a boolean or a string in quotes but found " + found;
    }

    record Bad(String line, Refusal refusal, String detail) {}

    @ParameterizedTest
    @MethodSource("unparsableLines")
    void aLineOutsideTheGrammarSaysWhatWasExpectedAndFoundAndItsNeighboursAreKept(Bad bad) {
        for (String end : new String[]{"\n", "\r\n"}) {
            Parsed parsed = Parsed.of("before f=1 1" + end + bad.line + end + "after f=2 2" + end);
            assertThat(parsed.samples).containsExactly(new Point("before#f", 1, 1), new Point("after#f", 2, 2));
            assertThat(parsed.refused).containsExactly(new RefusedLine(2, bad.refusal, bad.detail, bad.line));
            assertThat(bad.refusal.unparsable()).isTrue();
        }
        assertThat(Parsed.of(bad.line).refused).containsExactly(new RefusedLine(1, bad.refusal, bad.detail, bad.line));
    }

    static List<Bad> rejectedLines() {
        return List.of(
                new Bad("m f=1e400 5", Refusal.NUMBER_RANGE, "expected a number that a 64-bit float can hold but found '1e400' at byte 5"),
                new Bad("m f=-1.8e308,g=1 5", Refusal.NUMBER_RANGE,
                        "expected a number that a 64-bit float can hold but found '-1.8e308' at byte 5"),
                new Bad("m f=9223372036854775808i 5", Refusal.NUMBER_RANGE,
                        "expected a signed 64-bit integer but found '9223372036854775808i' at byte 5"),
                new Bad("m f=18446744073709551616u 5", Refusal.NUMBER_RANGE,
                        "expected an unsigned 64-bit integer but found '18446744073709551616u' at byte 5"),
                new Bad("_m f=1 5", Refusal.RESERVED_NAME, "expected a measurement that does not start with '_' but found '_m' at byte 1"),
                new Bad("m,_t=1 f=1 5", Refusal.RESERVED_NAME, "expected a tag key that does not start with '_' but found '_t' at byte 3"),
                new Bad("m _f=1 5", Refusal.RESERVED_NAME, "expected a field key that does not start with '_' but found '_f' at byte 3"),
                new Bad("m f=1 9223372036854775807", Refusal.TIME_RANGE, time("9223372036854775807")),
                new Bad("m f=1 -9223372036854775807", Refusal.TIME_RANGE, time("-9223372036854775807")),
                new Bad("m f=1 99999999999999999999", Refusal.TIME_RANGE, time("99999999999999999999")),
                new Bad("m\t f=1 5", Refusal.SERIES_KEY, "expected a name without control characters but found U+0009 at byte 2"),
                new Bad("m,t=\u0085 f=1 5", Refusal.SERIES_KEY, "expected a name without control characters but found U+0085 at byte 5"),
                new Bad("m g=1,f\u007f=1 5", Refusal.SERIES_KEY, "expected a name without control characters but found U+007F at byte 8"));
    }

    private static String time(String found) {
        return "expected a time between -9223372036854775806 and 9223372036854775806 nanoseconds, timestamps in nanoseconds but found '"
                + found
                + "' at byte 7";
    }

    @ParameterizedTest
    @MethodSource("rejectedLines")
    void aLineThatCannotBeKeptIsRejectedAsAWhole(Bad bad) {
        Parsed parsed = Parsed.of("before f=1 1\n" + bad.line + "\nafter f=2 2");
        assertThat(parsed.samples).containsExactly(new Point("before#f", 1, 1), new Point("after#f", 2, 2));
        assertThat(parsed.refused).containsExactly(new RefusedLine(2, bad.refusal, bad.detail, bad.line));
        assertThat(bad.refusal.unparsable()).isFalse();
    }

    @Test
    void aSyntaxErrorWeighsMoreThanARejectionInTheSameLine() {
        assertThat(Parsed.of("_m f=1e999,g= 5").refused).extracting(RefusedLine::refusal).containsExactly(Refusal.SYNTAX);
    }

    @Test
    void aStringOfMoreThan64KiBIsRejectedAndOneOfExactlyThatIsNot() {
        assertThat(Parsed.of("m f=\"" + "x".repeat(65_536) + "\" 5").refused).isEmpty();
        assertThat(Parsed.of("m f=\"" + "x".repeat(65_537) + "\" 5").refused).extracting(RefusedLine::refusal)
                .containsExactly(Refusal.STRING_LENGTH);
    }

    @Test
    void aSeriesKeyBeyondItsLimitIsRejected() {
        Parsed parsed = Parsed.of("m," + "k".repeat(1100) + "=v f=1 5");
        assertThat(parsed.refused).singleElement().satisfies(line -> {
            assertThat(line.refusal()).isEqualTo(Refusal.SERIES_KEY);
            assertThat(line.detail()).contains("expected at most 1024 bytes but was 1110");
        });
    }

    @Test
    void namesThatAreNotUtf8AreRefused() {
        byte[] body = "m,a=x f=1 5\nm f=2 6".getBytes(StandardCharsets.ISO_8859_1);
        body[4] = (byte) 0xE9;
        Parsed parsed = Parsed.of(body, Precision.NANOSECONDS, new SeriesCatalog(1 << 20));
        assertThat(parsed.refused).extracting(RefusedLine::refusal).containsExactly(Refusal.NOT_UTF8);
        assertThat(parsed.samples).containsExactly(new Point("m#f", 6, 2));
    }

    @Test
    void blankLinesAndCommentsAreSkippedAndCountAsLines() {
        Parsed parsed = Parsed.of("# comment, with = and \"\n\n   \r\n\t\n  # indented\nbad\n");
        assertThat(parsed.samples).isEmpty();
        assertThat(parsed.refused).extracting(RefusedLine::line).containsExactly(4, 6);
    }

    @Test
    void anEmptyBodyHoldsNothing() {
        assertThat(Parsed.of("").points).isZero();
        assertThat(Parsed.of("\n\r\n").refused).isEmpty();
    }

    @Test
    void linesInsideAStringCountAsLines() {
        assertThat(Parsed.of("m f=\"a\nb\nc\" 1\nbad").refused).extracting(RefusedLine::line).containsExactly(4);
    }

    @Test
    void aQuoteThatIsNeverClosedCostsOneLine() {
        Parsed parsed = Parsed.of("m f=\"open 1\nm f=2 2\nm f=\"closed\",g=3 3\nm f=4 4");
        assertThat(parsed.samples).containsExactly(new Point("m#f", 2, 2), new Point("m#g", 3, 3), new Point("m#f", 4, 4));
        assertThat(parsed.refused).extracting(RefusedLine::line, RefusedLine::text)
                .containsExactly(org.assertj.core.api.Assertions.tuple(1, "m f=\"open 1"));
    }

    @Test
    void aBadTimestampBehindAStringWithLineEndsDoesNotTurnTheStringIntoPoints() {
        Parsed parsed = Parsed.of("m f=\"\ninjected f=1 1\n\" bad\nm f=2 2");
        assertThat(parsed.samples).containsExactly(new Point("m#f", 2, 2));
        assertThat(parsed.refused).extracting(RefusedLine::line).containsExactly(1);
    }

    @ParameterizedTest
    @EnumSource
    void aMissingTimestampIsTheServersTimeInWholeUnits(Precision precision) {
        Point point = Parsed.of("m f=1", precision).samples.get(0);
        assertThat(point.time() % precision.nanos()).isZero();
        assertThat(Parsed.RECEIVED - point.time()).isBetween(0L, precision.nanos() - 1);
    }

    @ParameterizedTest
    @EnumSource
    void timestampsAreInTheUnitOfTheRequestUpToItsEnds(Precision precision) {
        long last = 9_223_372_036_854_775_806L / precision.nanos();
        Parsed kept = Parsed.of("m f=1 " + last + "\nm f=1 -" + last + "\nm f=1 -1\nm f=1 0", precision);
        assertThat(kept.samples).extracting(Point::time)
                .containsExactly(last * precision.nanos(), -last * precision.nanos(), -precision.nanos(), 0L);
        Parsed refused = Parsed.of("m f=1 " + (last + 1) + "\nm f=1 -" + (last + 1), precision);
        assertThat(refused.samples).isEmpty();
        assertThat(refused.refused).extracting(RefusedLine::refusal).containsExactly(Refusal.TIME_RANGE, Refusal.TIME_RANGE);
    }

    @Test
    void aLongRefusedLineIsCutBetweenCharacters() {
        RefusedLine line = Parsed.of("a" + "é".repeat(2000)).refused.get(0);
        assertThat(line.text()).isEqualTo("a" + "é".repeat(511) + "…");
    }

    @Test
    void theSameNamesGiveTheSameSeriesObjectAgain() {
        SeriesCatalog catalog = new SeriesCatalog(1 << 20);
        byte[] body = "m,a=1 f=1,g=2 5\nm,a=1 g=3,f=4 6".getBytes(StandardCharsets.UTF_8);
        java.util.Set<Series> seen = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        PointSink sink = new PointSink() {
            @Override
            public void sample(Series series, long timeNanos, double value) {
                seen.add(series);
            }

            @Override
            public void skipped(SkippedKind kind, int count) {}

            @Override
            public void point() {}

            @Override
            public void refused(int line, Refusal refusal, Evidence evidence) {
                throw new AssertionError(evidence.describe().toString());
            }
        };
        for (int i = 0; i < 3; i++) {
            new LineParser(catalog, CounterNames.NONE, "t", "b", Precision.NANOSECONDS, 0).parse(body, body.length, sink);
        }
        assertThat(seen).extracting(Series::key).containsExactlyInAnyOrder("t/b/m,a=1#f", "t/b/m,a=1#g");
    }

    @Test
    void tenantsAndBucketsDoNotShareTheirSeries() {
        SeriesCatalog catalog = new SeriesCatalog(1 << 20);
        byte[] body = "m f=1 5".getBytes(StandardCharsets.UTF_8);
        java.util.List<String> keys = new java.util.ArrayList<>();
        for (String[] place : new String[][]{{"t", "b"}, {"t", "c"}, {"u", "b"}}) {
            new LineParser(catalog, CounterNames.NONE, place[0], place[1], Precision.NANOSECONDS, 0).parse(body, body.length, new Parsed() {
                @Override
                public void sample(Series series, long timeNanos, double value) {
                    keys.add(series.key());
                }
            });
        }
        assertThat(keys).containsExactly("t/b/m#f", "t/c/m#f", "u/b/m#f");
    }

    @Test
    void theCatalogStaysWithinItsBytesHoweverManySeriesCome() {
        SeriesCatalog catalog = new SeriesCatalog(200_000);
        for (int i = 0; i < 20_000; i++) {
            Parsed.of(("m,id=" + i + " f=1 5\nalways f=1 5").getBytes(StandardCharsets.UTF_8), Precision.NANOSECONDS, catalog);
            assertThat(catalog.bytes()).isLessThan(202_000);
        }
    }
}
