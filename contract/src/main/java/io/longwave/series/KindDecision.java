package io.longwave.series;

import org.jspecify.annotations.Nullable;

/**
 * Who says what about the kind of one series.
 *
 * @param declared what its samples said last; null if they never did
 * @param chosen what a person decided, against which samples may say what they like; null if nobody did
 */
public record KindDecision(@Nullable SeriesKind declared, @Nullable SeriesKind chosen) {
    /** What holds. */
    public SeriesKind kind() {
        if (chosen != null) {
            return chosen;
        }
        return declared != null ? declared : SeriesKind.GAUGE;
    }
}
