package io.longwave.ingest.line;

import io.longwave.ingest.point.SkippedKind;
import io.longwave.ingest.point.Refusal;
import io.longwave.ingest.point.CounterNames;
import io.longwave.ingest.point.PointSink;
import io.longwave.ingest.point.RefusedLine;
import io.longwave.ingest.point.Series;
import io.longwave.ingest.point.Precision;
import io.longwave.series.SeriesKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one write request. A bad line is reported and the next one read; a line counts as a whole, so one bad field refuses
 * its neighbours. One parser serves one request, on one thread.
 *
 * <p>Numbers become {@code double}: an integer above 2^53 is rounded to the nearest one. A string may contain line ends. Where a quote is
 * opened and never sensibly closed, reading goes on at the next line, so that it costs one line and not the rest of the request.
 */
public final class LineParser {
    /** Longest string field, in bytes. */
    static final int STRING_LIMIT = 65_536;

    private static final int FOUND_LIMIT = 64;
    /** A decimal of so many digits is an exact double before its point is set. */
    private static final int EXACT_DIGITS = 15;
    private static final double[] POWERS_OF_TEN = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    private static final String END_OF_LINE = "end of line";

    private final SeriesCatalog catalog;
    private final CounterNames counters;
    private final String tenant;
    private final String bucket;
    private final String scope;
    private final Precision precision;
    private final long defaultTimeNanos;

    private byte[] body = {};
    private int end;
    private int i;
    private int lineStart;
    /** A line within the grammar that cannot be kept: remembered while the rest is read, because a syntax error would weigh more. */
    private @Nullable MalformedLine rejection;

    private Series[] series = new Series[16];
    private double[] values = new double[16];
    private int samples;
    private int strings;
    private int booleans;

    /**
     * @param catalog of the process
     * @param counters of the process: a series keeps what they said when it was first seen
     * @param precision unit of the timestamps
     * @param receivedNanos when the request came in: the time of points without timestamp, cut to the precision
     */
    public LineParser(SeriesCatalog catalog, CounterNames counters, String tenant, String bucket, Precision precision, long receivedNanos) {
        this.catalog = catalog;
        this.counters = counters;
        this.tenant = tenant;
        this.bucket = bucket;
        this.scope = tenant + '\n' + bucket;
        this.precision = precision;
        this.defaultTimeNanos = precision.floor(receivedNanos);
    }

    /**
     * Reads all lines.
     *
     * @param bytes borrowed for the length of the call, and by the evidence given to the sink
     * @param length how many of the bytes are the body
     */
    public void parse(byte[] bytes, int length, PointSink sink) {
        body = bytes;
        end = length;
        i = startsWithByteOrderMark() ? 3 : 0;
        int line = 1;
        while (i < end) {
            lineStart = i;
            int resume;
            try {
                if (skipBlankOrComment()) {
                    resume = i;
                } else {
                    long time = point();
                    resume = i;
                    if (rejection == null) {
                        for (int k = 0; k < samples; k++) {
                            sink.sample(series[k], time, values[k]);
                        }
                        if (strings > 0) {
                            sink.skipped(SkippedKind.STRING, strings);
                        }
                        if (booleans > 0) {
                            sink.skipped(SkippedKind.BOOLEAN, booleans);
                        }
                        sink.point();
                    } else {
                        refuse(sink, line, rejection, resume);
                    }
                }
            } catch (MalformedLine malformed) {
                resume = afterLineEnd(malformed.refusal == Refusal.OPEN_STRING ? lineStart : malformed.from);
                refuse(sink, line, malformed, resume);
            }
            line += lineEnds(lineStart, resume);
            i = resume;
        }
    }

    private boolean startsWithByteOrderMark() {
        return end >= 3 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB && body[2] == (byte) 0xBF;
    }

    /** Moves behind a line that holds no point, or to the first byte of one that does. */
    private boolean skipBlankOrComment() {
        skipSpaces();
        if (i < end && body[i] == '#') {
            i = afterLineEnd(i);
            return true;
        }
        if (atLineEnd(i)) {
            i = afterLineEnd(i);
            return true;
        }
        return false;
    }

    /** Reads a point and its line end; fills {@link #series} and {@link #values} and returns the time. */
    private long point() throws MalformedLine {
        rejection = null;
        samples = 0;
        strings = 0;
        booleans = 0;
        SeriesHead head = head();
        skipSpaces();
        for (int position = 0;; position++) {
            field(head, position);
            if (i < end && body[i] == ',') {
                i++;
                continue;
            }
            break;
        }
        long time = defaultTimeNanos;
        if (!atLineEnd(i)) {
            expect(body[i] == ' ', "',' or a space after the field value");
            skipSpaces();
            if (!atLineEnd(i)) {
                time = timestamp();
            }
        }
        skipSpaces();
        expect(atLineEnd(i), "the end of the line after the timestamp");
        i = afterLineEnd(i);
        return time;
    }

    private @Nullable SeriesHead head() throws MalformedLine {
        int from = i;
        int hash = 1;
        while (true) {
            if (atEnd(i)) {
                throw syntax("a space and fields after the measurement and its tags");
            }
            byte b = body[i];
            if (b == ' ') {
                break;
            }
            hash = 31 * hash + b;
            if (b == '\\' && i + 1 < end && body[i + 1] == ' ') {
                hash = 31 * hash + ' ';
                i++;
            }
            i++;
        }
        SeriesHead known = catalog.find(scope, body, from, i, hash);
        if (known != null) {
            return known;
        }
        int to = i;
        SeriesHead made = understand(from, to);
        if (made != null) {
            catalog.keep(scope, body, from, to, hash, made);
        }
        i = to;
        return made;
    }

    /** Null when the names cannot be kept: the rejection is set then. */
    private @Nullable SeriesHead understand(int from, int to) throws MalformedLine {
        int measurementEnd = nameEnd(from, to, false);
        if (measurementEnd == from) {
            throw new MalformedLine(Refusal.SYNTAX, "a measurement", from, from);
        }
        String measurement = name(from, measurementEnd, false);
        rejectReserved(from, measurementEnd, "a measurement");
        Map<String, String> tags = new HashMap<>();
        int at = measurementEnd;
        while (at < to) {
            int key = at + 1;
            int keyEnd = nameEnd(key, to, true);
            if (keyEnd == key) {
                throw new MalformedLine(Refusal.SYNTAX, "a tag key after ','", key, key);
            }
            if (keyEnd == to || body[keyEnd] != '=') {
                throw new MalformedLine(Refusal.SYNTAX, "'=' after the tag key", keyEnd, keyEnd);
            }
            int value = keyEnd + 1;
            int valueEnd = nameEnd(value, to, true);
            if (valueEnd == value) {
                throw new MalformedLine(Refusal.SYNTAX, "a tag value after '='", value, value);
            }
            if (valueEnd < to && body[valueEnd] != ',') {
                throw new MalformedLine(Refusal.SYNTAX, "',' or a space after the tag value", valueEnd, valueEnd);
            }
            rejectReserved(key, keyEnd, "a tag key");
            if (tags.put(name(key, keyEnd, true), name(value, valueEnd, true)) != null) {
                throw new MalformedLine(Refusal.DUPLICATE_TAG, "each tag key once", key, keyEnd);
            }
            at = valueEnd;
        }
        return rejection == null ? new SeriesHead(measurement, tags) : null;
    }

    /** First unescaped comma, or equals sign where that ends a name too. */
    private int nameEnd(int from, int to, boolean equalsEnds) {
        int at = from;
        while (at < to) {
            byte b = body[at];
            if (b == ',' || (equalsEnds && b == '=')) {
                return at;
            }
            at += b == '\\' && at + 1 < to && escapable(body[at + 1], equalsEnds) ? 2 : 1;
        }
        return to;
    }

    private static boolean escapable(byte b, boolean equals) {
        return b == ',' || b == ' ' || (equals && b == '=');
    }

    /** A name without its escapes. Where it holds a control character the line is rejected there, because its series key will not be made. */
    private String name(int from, int to, boolean equals) throws MalformedLine {
        byte[] plain = new byte[to - from];
        int length = 0;
        for (int at = from; at < to; at++) {
            if (body[at] == '\\' && at + 1 < to && escapable(body[at + 1], equals)) {
                at++;
            }
            if (isControl(at, to)) {
                reject(Refusal.SERIES_KEY, "a name without control characters", at, at);
            }
            plain[length++] = body[at];
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(plain, 0, length)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedLine(Refusal.NOT_UTF8, "names in UTF-8", from, to);
        }
    }

    /** U+0000 to U+001F, U+007F, and U+0080 to U+009F, which are two bytes. */
    private boolean isControl(int at, int to) {
        byte b = body[at];
        return (b >= 0 && b < 0x20) || b == 0x7F || (b == (byte) 0xC2 && at + 1 < to && (body[at + 1] & 0xE0) == 0x80);
    }

    private void field(@Nullable SeriesHead head, int position) throws MalformedLine {
        int key = i;
        while (true) {
            if (atLineEnd(i) || body[i] == ',' || body[i] == ' ') {
                if (i == key) {
                    throw syntax(position == 0 ? "a field key" : "a field key after ','");
                }
                throw syntax("'=' after the field key");
            }
            byte b = body[i];
            if (b == '=') {
                break;
            }
            i += b == '\\' && i + 1 < end && escapable(body[i + 1], true) ? 2 : 1;
        }
        int keyEnd = i;
        if (keyEnd == key) {
            throw syntax("a field key before '='");
        }
        rejectReserved(key, keyEnd, "a field key");
        i++;
        if (atLineEnd(i)) {
            throw syntax("a field value after '='");
        }
        switch (body[i]) {
            case '"' -> string();
            case 't', 'T', 'f', 'F' -> bool();
            case '-', '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                double value = number();
                Series known = head == null ? null : series(head, key, keyEnd, position);
                if (known != null) {
                    add(known, value);
                }
            }
            default -> throw notAValue();
        }
    }

    private @Nullable Series series(SeriesHead head, int key, int keyEnd, int position) throws MalformedLine {
        Series known = head.find(body, key, keyEnd, position);
        if (known != null) {
            return known;
        }
        try {
            String field = name(key, keyEnd, true);
            Series made = Series.of(SeriesKey.of(tenant, bucket, head.measurement, head.tags, field))
                    .declared(counters.kindOf(head.measurement, field));
            catalog.keep(head, body, key, keyEnd, made);
            return made;
        } catch (IllegalArgumentException e) {
            reject(Refusal.SERIES_KEY, "a valid series key (" + e.getMessage() + ")", key, keyEnd);
            return null;
        }
    }

    private void add(Series one, double value) {
        if (samples == values.length) {
            series = Arrays.copyOf(series, 2 * samples);
            values = Arrays.copyOf(values, 2 * samples);
        }
        series[samples] = one;
        values[samples++] = value;
    }

    /** Strings are not stored, but their extent must be known. */
    private void string() throws MalformedLine {
        int from = i++;
        while (true) {
            if (i >= end) {
                throw new MalformedLine(Refusal.OPEN_STRING, "a closing '\"' of the string", from, from + 1);
            }
            byte b = body[i];
            if (b == '"') {
                break;
            }
            i += b == '\\' && i + 1 < end && (body[i + 1] == '"' || body[i + 1] == '\\') ? 2 : 1;
        }
        i++;
        if (!atLineEnd(i) && body[i] != ',' && body[i] != ' ') {
            throw new MalformedLine(Refusal.OPEN_STRING, "',' or a space after the closing '\"' of the string", i, i);
        }
        if (i - from - 2 > STRING_LIMIT) {
            reject(Refusal.STRING_LENGTH, "a string of at most " + STRING_LIMIT + " bytes", from, i);
        }
        strings++;
    }

    private void bool() throws MalformedLine {
        int to = tokenEnd(i);
        if (!is(to, "t") && !is(to, "T") && !is(to, "true") && !is(to, "True") && !is(to, "TRUE") && !is(to, "f") && !is(to, "F")
                && !is(to, "false") && !is(to, "False") && !is(to, "FALSE")) {
            throw notAValue();
        }
        i = to;
        booleans++;
    }

    private boolean is(int to, String word) {
        if (to - i != word.length()) {
            return false;
        }
        for (int k = 0; k < word.length(); k++) {
            if (body[i + k] != word.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    private double number() throws MalformedLine {
        int from = i;
        boolean negative = body[i] == '-';
        boolean signed = negative || body[i] == '+';
        int at = signed ? i + 1 : i;
        int digitsFrom = at;
        long mantissa = 0;
        while (at < end && isDigit(body[at])) {
            mantissa = mantissa * 10 + (body[at++] - '0');
        }
        int digits = at - digitsFrom;
        if (at < end && (body[at] == 'i' || body[at] == 'u')) {
            return integer(from, digitsFrom, at, negative, signed, mantissa);
        }
        int fraction = 0;
        if (at < end && body[at] == '.') {
            int fractionFrom = ++at;
            while (at < end && isDigit(body[at])) {
                mantissa = mantissa * 10 + (body[at++] - '0');
            }
            fraction = at - fractionFrom;
        }
        if (digits + fraction == 0) {
            throw notAValue();
        }
        boolean exponent = at < end && (body[at] == 'e' || body[at] == 'E');
        if (exponent) {
            at++;
            if (at < end && (body[at] == '-' || body[at] == '+')) {
                at++;
            }
            int exponentFrom = at;
            while (at < end && isDigit(body[at])) {
                at++;
            }
            if (at == exponentFrom) {
                throw notAValue();
            }
        }
        endOfNumber(at);
        i = at;
        if (!exponent && digits + fraction <= EXACT_DIGITS) {
            // Both numbers are exact doubles, so their quotient is the double nearest to the decimal number.
            double value = mantissa / POWERS_OF_TEN[fraction];
            return negative ? -value : value;
        }
        double value = Double.parseDouble(ascii(from, at));
        if (Double.isInfinite(value)) {
            reject(Refusal.NUMBER_RANGE, "a number that a 64-bit float can hold", from, at);
        }
        return value;
    }

    private double integer(int from, int digitsFrom, int at, boolean negative, boolean signed, long mantissa) throws MalformedLine {
        boolean unsigned = body[at] == 'u';
        int digits = at - digitsFrom;
        if (digits == 0 || (unsigned && signed)) {
            throw notAValue();
        }
        endOfNumber(at + 1);
        i = at + 1;
        if (digits <= 18) {
            return negative ? -(double) mantissa : mantissa;
        }
        try {
            if (unsigned) {
                long value = Long.parseUnsignedLong(ascii(from, at));
                // Halving an odd number keeps its last bit, so that the one rounding happens in the conversion.
                return value >= 0 ? value : 2.0 * ((value >>> 1) | (value & 1));
            }
            return Long.parseLong(ascii(from, at));
        } catch (NumberFormatException e) {
            reject(Refusal.NUMBER_RANGE, unsigned ? "an unsigned 64-bit integer" : "a signed 64-bit integer", from, at + 1);
            return 0;
        }
    }

    private void endOfNumber(int at) throws MalformedLine {
        if (!atLineEnd(at) && body[at] != ',' && body[at] != ' ') {
            throw notAValue();
        }
    }

    private long timestamp() throws MalformedLine {
        int from = i;
        int at = body[i] == '-' ? i + 1 : i;
        int digitsFrom = at;
        long magnitude = 0;
        while (at < end && isDigit(body[at])) {
            magnitude = magnitude * 10 + (body[at++] - '0');
        }
        if (at == digitsFrom || (!atLineEnd(at) && body[at] != ' ')) {
            throw new MalformedLine(Refusal.SYNTAX, "an integer timestamp", from, tokenEnd(from));
        }
        i = at;
        long value = digitsFrom > from ? -magnitude : magnitude;
        if (at - digitsFrom > 18) {
            try {
                value = Long.parseLong(ascii(from, at));
            } catch (NumberFormatException e) {
                value = Long.MAX_VALUE;
            }
        }
        if (!precision.holds(value)) {
            reject(Refusal.TIME_RANGE, "a time between " + Precision.MIN_NANOS + " and " + Precision.MAX_NANOS
                    + " nanoseconds, timestamps in " + precision.name().toLowerCase(Locale.ROOT), from, at);
            return 0;
        }
        return value * precision.nanos();
    }

    private MalformedLine notAValue() {
        int to = tokenEnd(i);
        int word = body[i] == '-' || body[i] == '+' ? i + 1 : i;
        String token = ascii(word, Math.min(to, word + 9));
        if (token.equalsIgnoreCase("nan") || token.equalsIgnoreCase("inf") || token.equalsIgnoreCase("infinity")) {
            return new MalformedLine(Refusal.NOT_FINITE, "a finite number", i, to);
        }
        return new MalformedLine(Refusal.SYNTAX, "a number, an integer (123i, 123u), a boolean or a string in quotes", i, to);
    }

    private void rejectReserved(int from, int to, String what) {
        if (body[from] == '_') {
            reject(Refusal.RESERVED_NAME, what + " that does not start with '_'", from, to);
        }
    }

    private void reject(Refusal refusal, String expected, int from, int to) {
        if (rejection == null) {
            rejection = new MalformedLine(refusal, expected, from, to);
        }
    }

    private void expect(boolean condition, String expected) throws MalformedLine {
        if (!condition) {
            throw syntax(expected);
        }
    }

    private MalformedLine syntax(String expected) {
        // A line that ends too early ends before its carriage return.
        int at = i > lineStart && atEnd(i) && body[i - 1] == '\r' ? i - 1 : i;
        return new MalformedLine(Refusal.SYNTAX, expected, at, at);
    }

    private void refuse(PointSink sink, int line, MalformedLine malformed, int resume) {
        int start = lineStart;
        byte[] bytes = body;
        int bodyEnd = end;
        sink.refused(line, malformed.refusal, () -> {
            int textEnd = resume;
            while (textEnd > start && (bytes[textEnd - 1] == '\n' || bytes[textEnd - 1] == '\r')) {
                textEnd--;
            }
            String found = found(bytes, bodyEnd, malformed.from, malformed.to);
            String detail = "expected " + malformed.expected + " but found " + found + " at byte " + (malformed.from - start + 1);
            return new RefusedLine(line, malformed.refusal, detail, text(bytes, start, textEnd, RefusedLine.TEXT_LIMIT));
        });
    }

    private static String found(byte[] bytes, int end, int from, int to) {
        if (from >= end || bytes[from] == '\n' || (bytes[from] == '\r' && (from + 1 == end || bytes[from + 1] == '\n'))) {
            return END_OF_LINE;
        }
        int last = to;
        if (to <= from) {
            // One whole character, however many bytes it has.
            last = from + 1;
            while (last < end && (bytes[last] & 0xC0) == 0x80) {
                last++;
            }
        }
        String text = text(bytes, from, last, FOUND_LIMIT);
        // A character that cannot be seen is told by its number.
        return text.length() == 1 && Character.isISOControl(text.charAt(0)) ? "U+%04X".formatted((int) text.charAt(0)) : "'" + text + "'";
    }

    /** Text of some bytes, not longer than the limit; bytes that are no UTF-8 show as replacement characters. */
    private static String text(byte[] bytes, int from, int to, int limit) {
        if (to - from <= limit) {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
        int cut = from + limit;
        while (cut > from && (bytes[cut] & 0xC0) == 0x80) {
            cut--;
        }
        return new String(bytes, from, cut - from, StandardCharsets.UTF_8) + "…";
    }

    private String ascii(int from, int to) {
        return new String(body, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private int tokenEnd(int from) {
        int at = from;
        while (!atLineEnd(at) && body[at] != ',' && body[at] != ' ') {
            at++;
        }
        return at;
    }

    private void skipSpaces() {
        while (i < end && body[i] == ' ') {
            i++;
        }
    }

    private boolean atEnd(int at) {
        return at >= end || body[at] == '\n';
    }

    private boolean atLineEnd(int at) {
        return atEnd(at) || (body[at] == '\r' && atEnd(at + 1));
    }

    private int afterLineEnd(int from) {
        int at = from;
        while (at < end) {
            if (body[at++] == '\n') {
                return at;
            }
        }
        return end;
    }

    private int lineEnds(int from, int to) {
        int count = 0;
        for (int at = from; at < to; at++) {
            if (body[at] == '\n') {
                count++;
            }
        }
        return count;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
