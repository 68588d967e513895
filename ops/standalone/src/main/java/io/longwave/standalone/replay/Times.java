package io.longwave.standalone.replay;

import io.longwave.series.EpochUnit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Reads the times that people write into CSV files, as nanoseconds since the epoch: ISO 8601 with or without zone, with {@code /} for
 * {@code -} and a space for {@code T}, a date alone, or a number of seconds, milli-, micro- or nanoseconds since the epoch.
 */
final class Times {

    private static final DateTimeFormatter LOCAL = new DateTimeFormatterBuilder().appendPattern("[uuuu-M-d][uuuu/M/d]")
            .optionalStart()
            .appendPattern("[ ]['T']H:mm[:ss]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .optionalEnd()
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.SMART);

    private final ZoneId zone;

    /** @param zone of times that name none */
    Times(ZoneId zone) {
        this.zone = zone;
    }

    /** @return empty if the text is no time or lies outside 1678 to 2262, which 64 bits of nanoseconds reach */
    OptionalLong nanos(String cell) {
        String text = cell.strip();
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            if (text.matches("-?\\d{9,19}(\\.\\d*)?")) {
                return epoch(text);
            }
            if (text.matches("\\d{8}")) {
                return OptionalLong.of(nanos(LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE).atStartOfDay(zone).toInstant()));
            }
            if (text.matches(".*([zZ]|[+-]\\d\\d:?\\d\\d)$") && text.indexOf(':') > 0) {
                return OptionalLong.of(nanos(OffsetDateTime.parse(withColonInZone(text.replace(' ', 'T').replace('/', '-'))).toInstant()));
            }
            return OptionalLong.of(nanos(LOCAL.parse(text, LocalDateTime::from).atZone(zone).toInstant()));
        } catch (DateTimeException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong epoch(String text) {
        BigDecimal number = new BigDecimal(text.endsWith(".") ? text.substring(0, text.length() - 1) : text);
        BigDecimal unit = BigDecimal.valueOf(EpochUnit.nanosOf(number.toBigInteger().longValueExact()));
        return OptionalLong.of(number.multiply(unit).setScale(0, RoundingMode.FLOOR).longValueExact());
    }

    private static String withColonInZone(String text) {
        int sign = text.length() - 5;
        boolean bare = sign > 0 && (text.charAt(sign) == '+' || text.charAt(sign) == '-');
        return bare ? text.substring(0, sign + 3) + ":" + text.substring(sign + 3) : text;
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
