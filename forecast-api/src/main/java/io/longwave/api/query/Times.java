package io.longwave.api.query;

import io.longwave.series.EpochUnit;
import io.longwave.api.problem.ProblemException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times and durations as a query writes them, and times as an answer writes them: RFC 3339 with up to nine digits of a second. */
public final class Times {
    /** What a time parameter may be, for the API description. */
    public static final String SYNTAX = "RFC 3339 (2026-03-01T12:00:00.123456789Z), a number since the epoch in s, ms, us or ns"
            + " (told apart by size), or a duration before the newest point of the series (-15m, -1h, -7d)";

    /** What a time may be that relates to no points. */
    private static final String FIXED = "RFC 3339 (2026-03-01T12:00:00.123456789Z), or a number since the epoch in s, ms, us or ns (told apart by size)";

    private static final Pattern DURATION = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(ns|us|ms|s|m|h|d|w)");
    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,19}");

    private Times() {}

    /** Nanoseconds since the epoch. @throws ArithmeticException if 64 bits cannot hold them */
    public static long nanos(OffsetDateTime time) {
        return Math.addExact(Math.multiplyExact(time.toEpochSecond(), 1_000_000_000L), time.getNano());
    }

    /** The time as RFC 3339 in UTC. */
    public static String text(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)).toString();
    }

    /**
     * Reads a time parameter.
     *
     * @param newest time of the newest point in nanoseconds, asked only for a time that is relative to it
     * @return nanoseconds since the epoch; null when there is no parameter, or it is relative and there is no point
     * @throws ProblemException if the text is no time
     */
    public static @Nullable Long parse(String name, @Nullable String text, Supplier<Optional<Long>> newest) {
        if (text == null || text.isBlank()) {
            return null;
        }
        String time = text.strip();
        if (time.startsWith("-") && DURATION.matcher(time.substring(1)).matches()) {
            long back = duration(name, time.substring(1));
            return newest.get().map(last -> saturated(last, back)).orElse(null);
        }
        return fixed(name, text, SYNTAX);
    }

    private static long fixed(String name, String text, String expected) {
        String time = text.strip();
        try {
            // A plus sign that was not percent-encoded arrives as a space.
            return INTEGER.matcher(time).matches() ? epoch(time) : nanos(OffsetDateTime.parse(time.replace(' ', '+')));
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw ProblemException.badParameter(name, expected, text);
        }
    }

    /**
     * Reads a time that does not relate to points.
     *
     * @return nanoseconds since the epoch
     * @throws ProblemException if the text is no such time
     */
    public static long absolute(String name, String text) {
        return fixed(name, text, FIXED);
    }

    /**
     * Reads a duration such as {@code 250ms}, {@code 10s}, {@code 1.5h} or {@code 7d}.
     *
     * @return nanoseconds, positive
     * @throws ProblemException if the text is no positive duration
     */
    public static long duration(String name, String text) {
        Matcher matcher = DURATION.matcher(text);
        try {
            if (matcher.matches()) {
                long nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit(matcher.group(2)).toNanos()))
                        .toBigInteger().longValueExact();
                if (nanos > 0) {
                    return nanos;
                }
            }
        } catch (ArithmeticException tooLong) {
            // said below
        }
        throw ProblemException.badParameter(name, "a positive duration such as 250ms, 10s, 5m, 1h or 7d", text);
    }

    private static Duration unit(String unit) {
        return switch (unit) {
            case "ns" -> Duration.ofNanos(1);
            case "us" -> Duration.ofNanos(1_000);
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            default -> Duration.ofDays(7);
        };
    }

    /** 10^11 s is the year 5138, 10^11 ms is 1973: no time that anybody charts is read in the wrong unit. */
    private static long epoch(String text) {
        long number = Long.parseLong(text);
        return Math.multiplyExact(number, EpochUnit.nanosOf(number));
    }

    private static long saturated(long time, long back) {
        long result = time - back;
        return result > time ? Long.MIN_VALUE : result;
    }
}
