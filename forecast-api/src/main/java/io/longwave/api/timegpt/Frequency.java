package io.longwave.api.timegpt;

import io.longwave.api.problem.ProblemException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far apart values are, as pandas and Polars write it: {@code h}, {@code 15min}, {@code W-SUN}, {@code MS}, {@code 1d12h}. What the calendar makes uneven is taken at its mean
 * length; five business days are a week, and so are forty business hours, so that what comes back every week does so here, too.
 */
final class Frequency {
    private static final Pattern PART = Pattern.compile("(\\d{1,9})?([A-Za-z]+)");
    private static final Pattern TEXT = Pattern.compile("((?:" + PART.pattern() + ")+)(?:-[A-Z0-9]+)?");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration YEAR = Duration.ofHours(8766);
    private static final Map<String, Duration> UNITS = units();

    private Frequency() {}

    /**
     * The distance in nanoseconds.
     *
     * @throws ProblemException if it is no frequency
     */
    static long nanos(String text) {
        Matcher whole = TEXT.matcher(text);
        BigInteger nanos = whole.matches() ? sum(whole.group(1)) : BigInteger.ZERO;
        if (nanos.signum() > 0 && nanos.bitLength() < Long.SIZE) {
            return nanos.longValueExact();
        }
        throw ProblemException.badParameter("freq", "one of " + String.join(", ", new TreeSet<>(UNITS.keySet()))
                + ", with a whole number before it or not", text);
    }

    /** 0 where a unit is none. */
    private static BigInteger sum(String parts) {
        BigInteger sum = BigInteger.ZERO;
        Matcher part = PART.matcher(parts);
        while (part.find()) {
            Duration unit = UNITS.get(part.group(2));
            if (unit == null) {
                return BigInteger.ZERO;
            }
            BigInteger count = part.group(1) == null ? BigInteger.ONE : new BigInteger(part.group(1));
            sum = sum.add(count.multiply(BigInteger.valueOf(unit.toNanos())));
        }
        return sum;
    }

    private static Map<String, Duration> units() {
        Map<String, Duration> units = new HashMap<>();
        put(units, Duration.ofNanos(1), "N", "ns");
        put(units, Duration.ofNanos(1_000), "U", "us");
        put(units, Duration.ofMillis(1), "L", "ms");
        put(units, Duration.ofSeconds(1), "S", "s");
        put(units, Duration.ofMinutes(1), "T", "min", "m");
        put(units, Duration.ofHours(1), "H", "h");
        put(units, WEEK.dividedBy(40), "BH", "bh", "CBH", "cbh");
        put(units, DAY, "D", "d");
        put(units, WEEK.dividedBy(5), "B", "C");
        put(units, WEEK, "W", "w");
        put(units, YEAR.dividedBy(24), "SM", "SMS", "SME");
        put(units, YEAR.dividedBy(12), "M", "MS", "ME", "BM", "BMS", "BME", "CBM", "CBMS", "CBME", "mo", "WOM", "LWOM");
        put(units, YEAR.dividedBy(4), "Q", "QS", "QE", "BQ", "BQS", "BQE", "q");
        put(units, YEAR, "A", "AS", "Y", "YS", "YE", "BA", "BAS", "BY", "BYS", "BYE", "y");
        return Map.copyOf(units);
    }

    private static void put(Map<String, Duration> units, Duration length, String... names) {
        for (String name : names) {
            units.put(name, length);
        }
    }
}
