package io.longwave.model.retention;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long things are kept; 0: for ever.
 *
 * @param points before the newest point of their series
 * @param anomalies that have ended, before the newest point of their series
 * @param forecasts that were stored, before the newest point of their series
 * @param deadLetters that were published, after the record they come from
 * @param classifications after the job was finished
 * @param series without a sample: forgotten so long after the time of their newest one, by the clock
 * @param every distance of two looks
 */
@ConfigurationProperties(prefix = "longwave.retention", ignoreUnknownFields = false)
record RetentionProperties(@DefaultValue("0s") Duration points, @DefaultValue("0s") Duration anomalies,
        @DefaultValue("30d") Duration forecasts, @DefaultValue("30d") Duration deadLetters, @DefaultValue("0s") Duration classifications,
        @DefaultValue("0s") Duration series,
        @DefaultValue("1h") Duration every) {
    /** What is shorter was meant to have another unit: a number alone is milliseconds. */
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    /** Longer than the range of times in nanoseconds allows to subtract is as good as for ever. */
    private static final Duration LONGEST = Duration.ofDays(100 * 365);

    RetentionProperties {
        check("points", points);
        check("anomalies", anomalies);
        check("forecasts", forecasts);
        check("dead-letters", deadLetters);
        check("classifications", classifications);
        check("series", series);
        if (every.toMillis() < 1) {
            throw new IllegalArgumentException("longwave.retention.every: expected a positive time but was " + every);
        }
    }

    private static void check(String name, Duration kept) {
        if (!kept.isZero() && (kept.compareTo(SHORTEST) < 0 || kept.compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException(
                    "longwave.retention." + name + ": expected 0 (for ever), or " + SHORTEST.toMinutes() + "m to "
                            + LONGEST.toDays() + "d, but was " + kept);
        }
    }
}
