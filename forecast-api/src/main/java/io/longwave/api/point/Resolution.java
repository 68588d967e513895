package io.longwave.api.point;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Times;
import io.longwave.db.point.TimeSpan;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How finely points are asked for. */
sealed interface Resolution {
    /** Single points when they fit the page size, else the finest round width that fits. */
    record Auto() implements Resolution {}

    /** Single points, as many as fit. */
    record Raw() implements Resolution {}

    /** Summaries of buckets of this width in nanoseconds. */
    record Buckets(long widthNanos) implements Resolution {}

    long SECOND = 1_000_000_000L;

    static Resolution parse(@Nullable String text) {
        return switch (text == null ? "auto" : text.strip().toLowerCase(Locale.ROOT)) {
            case "auto", "" -> new Auto();
            case "raw" -> new Raw();
            case String width -> new Buckets(Times.duration("resolution", width));
        };
    }

    /** The narrowest round width with which a span has at most {@code most} buckets: 1, 2, 5 times a power of ten, then minutes, hours, days. */
    static long fitting(TimeSpan extent, int most) {
        // One bucket is cut by each end of the span, so the span may touch one more than it is wide.
        double exact = ((double) extent.to() - (double) extent.from()) / Math.max(1, most - 1);
        for (long decade = 1; decade < SECOND; decade *= 10) {
            for (int step : new int[]{1, 2, 5}) {
                if (decade * step >= exact) {
                    return decade * step;
                }
            }
        }
        for (long seconds : new long[]{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200}) {
            if (seconds * SECOND >= exact) {
                return seconds * SECOND;
            }
        }
        long day = 86_400 * SECOND;
        long days = (long) Math.ceil(exact / day);
        return Math.min(days, Long.MAX_VALUE / day) * day;
    }

    /** Refuses a width that would give more buckets than may be answered. */
    static void check(Buckets buckets, TimeSpan extent, int most) {
        double count = ((double) extent.to() - (double) extent.from()) / buckets.widthNanos();
        if (count > most) {
            throw ProblemException.badParameter("resolution",
                    "a width that gives at most " + most + " summaries, here at least " + fitting(extent, most) / 1e9 + "s",
                    buckets.widthNanos() / 1e9 + "s");
        }
    }
}
