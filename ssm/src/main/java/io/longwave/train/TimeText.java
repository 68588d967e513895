package io.longwave.train;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Times as people write them into files, as nanoseconds since the epoch: ISO 8601 with or without zone, with {@code /} for {@code -} and a space for {@code T}, or without seconds; a date
 * alone; {@code 20160701} and, of the years 1950 to 2049, {@code 2016070113}, {@code 201607011330} and {@code 20160701133000}; or a number of seconds, milli-, micro- or nanoseconds since the
 * epoch, told apart by its size, right for times between 1973 and 5138.
 */
public final class TimeText {
    private static final Pattern NUMBER = Pattern.compile("-?\\d{9,19}(\\.\\d*)?");
    private static final Pattern ZONED = Pattern.compile(".*:\\d\\d(\\.\\d+)? ?([zZ]|[+-]\\d\\d(:?\\d\\d)?)");
    private static final Pattern DIGITS = Pattern
            .compile("\\d{8}|(19[5-9]|20[0-4])\\d((0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])\\d{2}(\\d{2}){0,2})");

    private static final DateTimeFormatter LOCAL = new DateTimeFormatterBuilder().appendPattern("[uuuu-M-d][uuuu/M/d]").optionalStart()
            .appendPattern("[ ]['T']H:mm[:ss]").appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true).optionalEnd()
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0).toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.SMART);
    private static final DateTimeFormatter WITH_ZONE = new DateTimeFormatterBuilder().appendPattern("[uuuu-M-d][uuuu/M/d][ ]['T']H:mm[:ss]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true).appendPattern("[ ][XXX][XX][X]").toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.SMART);
    private static final DateTimeFormatter COMPACT = new DateTimeFormatterBuilder().appendValue(ChronoField.YEAR, 4)
            .appendPattern("MMdd[HH][mm][ss]")
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0).toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    private static final BigDecimal[] UNITS = {BigDecimal.valueOf(1_000_000_000), BigDecimal.valueOf(1_000_000), BigDecimal.valueOf(1000),
            BigDecimal.ONE};

    private final ZoneId zone;

    /** @param zone of times that name none */
    public TimeText(ZoneId zone) {
        this.zone = zone;
    }

    /** @return empty if the text is no time, or lies outside 1678 to 2262, which 64 bits of nanoseconds reach */
    public OptionalLong nanos(String cell) {
        String text = cell.strip();
        try {
            if (DIGITS.matcher(text).matches()) {
                return OptionalLong.of(nanos(COMPACT.parse(text, LocalDateTime::from).atZone(zone).toInstant()));
            }
            if (NUMBER.matcher(text).matches()) {
                return OptionalLong.of(epoch(text));
            }
            return OptionalLong.of(nanos(ZONED.matcher(text).matches()
                    ? WITH_ZONE.parse(text.toUpperCase(Locale.ROOT), OffsetDateTime::from).toInstant()
                    : LOCAL.parse(text, LocalDateTime::from).atZone(zone).toInstant()));
        } catch (DateTimeException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static long epoch(String text) {
        BigDecimal number = new BigDecimal(text.endsWith(".") ? text.substring(0, text.length() - 1) : text);
        int digits = number.abs().toBigInteger().toString().length();
        BigDecimal unit = UNITS[digits <= 11 ? 0 : digits <= 14 ? 1 : digits <= 17 ? 2 : 3];
        return number.multiply(unit).setScale(0, RoundingMode.FLOOR).longValueExact();
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
