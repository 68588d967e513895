package io.longwave.standalone.forecast;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongBiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Times that go on by the calendar: rows of each month, quarter or year, and of each day of a zone that changes its clocks, are unevenly far apart. */
final class CalendarSteps {
    /** Rows that are looked at; of fewer than the least, any could be a coincidence. */
    private static final int MOST = 13;
    private static final int LEAST = 4;

    private final ZoneId zone;
    private final int months;
    private final int days;
    /** Of months: the day they would all have if they were long enough. */
    private final int dayOfMonth;

    private CalendarSteps(ZoneId zone, int months, int days, int dayOfMonth) {
        this.zone = zone;
        this.months = months;
        this.days = days;
        this.dayOfMonth = dayOfMonth;
    }

    /** How these times go on, oldest first; null if no calendar says. */
    static @Nullable CalendarSteps of(long[] timesNanos, ZoneId zone) {
        if (timesNanos.length < LEAST) {
            return null;
        }
        List<LocalDateTime> rows = Arrays.stream(timesNanos, Math.max(0, timesNanos.length - MOST), timesNanos.length)
                .mapToObj(nanos -> LocalDateTime.ofInstant(Instant.EPOCH.plusNanos(nanos), zone)).toList();
        if (rows.stream().map(LocalDateTime::toLocalTime).distinct().count() != 1) {
            return null;
        }
        List<LocalDate> dates = rows.stream().map(LocalDateTime::toLocalDate).toList();
        int day = dates.stream().mapToInt(LocalDate::getDayOfMonth).max().orElseThrow();
        boolean eachOnItsDay = dates.stream().allMatch(date -> date.getDayOfMonth() == Math.min(day, date.lengthOfMonth()));
        int months = usual(dates, between(dates.getFirst(), dates.get(1)), CalendarSteps::between);
        if (eachOnItsDay && months > 0) { // also where years of 365 days are all that is there
            return new CalendarSteps(zone, months, 0, day);
        }
        int days = usual(dates, ChronoUnit.DAYS.between(dates.getFirst(), dates.get(1)), ChronoUnit.DAYS::between);
        return days > 0 ? new CalendarSteps(zone, 0, days, 0) : null;
    }

    private static long between(LocalDate from, LocalDate to) {
        return YearMonth.from(from).until(YearMonth.from(to), ChronoUnit.MONTHS);
    }

    /** The distance that all have; 0 if they differ. */
    private static int usual(List<LocalDate> dates, long first, ToLongBiFunction<LocalDate, LocalDate> distance) {
        return IntStream.range(1, dates.size()).allMatch(i -> distance.applyAsLong(dates.get(i - 1), dates.get(i)) == first)
                ? (int) first
                : 0;
    }

    /**
     * A time ahead.
     *
     * @param nanos a time of a row
     * @param steps after it
     */
    Instant after(long nanos, int steps) {
        LocalDateTime from = LocalDateTime.ofInstant(Instant.EPOCH.plusNanos(nanos), zone);
        if (months == 0) {
            return from.plusDays((long) days * steps).atZone(zone).toInstant();
        }
        YearMonth month = YearMonth.from(from).plusMonths((long) months * steps);
        return month.atDay(Math.min(dayOfMonth, month.lengthOfMonth())).atTime(from.toLocalTime()).atZone(zone).toInstant();
    }
}
