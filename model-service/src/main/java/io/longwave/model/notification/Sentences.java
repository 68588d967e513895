package io.longwave.model.notification;

import io.longwave.wire.AnomalyNotice;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a person reads of an anomaly. */
final class Sentences {
    private static final MathContext DIGITS = new MathContext(5);
    private static final int SERIES = 3;

    private Sentences() {}

    /** Where, and what was seen in place of what. */
    static String summary(AnomalyNotice notice) {
        AnomalyNotice.Group group = notice.group();
        if (group != null) {
            return notice.name() + ": " + group.contributions().stream().limit(SERIES)
                    .map(one -> one.name() + " " + Math.round(100 * one.share()) + " %").collect(Collectors.joining(", "));
        }
        return notice.name() + ": " + number(notice.peakValue()) + " where " + number(notice.expected()) + " was expected";
    }

    /** Since when, how long, how sure, and who says so. */
    static String description(AnomalyNotice notice) {
        String when = !notice.ended()
                ? "Since " + notice.time()
                : notice.points() == 1 ? "At " + notice.time() : "From " + notice.time() + " to " + notice.timeEnd();
        return when + ", " + notice.points()
                + (notice.group() == null
                        ? notice.points() == 1 ? " sample" : " samples"
                        : notice.points() == 1 ? " row" : " rows")
                + ", score " + notice.peakScore() + " at " + notice.peakTime() + ", judged by " + notice.model() + ".";
    }

    private static String number(@Nullable Double value) {
        if (value == null || !Double.isFinite(value)) {
            return String.valueOf(value);
        }
        BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
        // As a person writes it, unless that is very long.
        return rounded.precision() - rounded.scale() > 10 || rounded.scale() > 10 ? rounded.toString() : rounded.toPlainString();
    }
}
