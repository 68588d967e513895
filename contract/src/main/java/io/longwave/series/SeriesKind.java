package io.longwave.series;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the values of a series are, which decides what a model sees of them. */
public enum SeriesKind {
    /** A value stands for itself. */
    GAUGE,
    /** A value is what was counted since some start; what matters is how fast it grows, see {@link CounterRate}. */
    COUNTER;

    /**
     * What a model sees of a sample.
     *
     * @param timeBefore nanoseconds since the epoch of the sample before
     * @param before its value; NaN if there is none
     * @param time nanoseconds since the epoch
     * @return NaN if it sees nothing
     */
    public double seen(long timeBefore, double before, long time, double value) {
        return this == COUNTER ? CounterRate.perSecond(timeBefore, before, time, value) : value;
    }

    /** The least that a model can see; a rate never falls below zero, whatever the model expects. */
    public double least() {
        return this == COUNTER ? 0 : Double.NEGATIVE_INFINITY;
    }

    /** Its name in the database and in the API. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind of this name, null for null.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static @Nullable SeriesKind ofText(@Nullable String text) {
        return text == null
                ? null
                : Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("kind: expected gauge or counter but was " + text));
    }
}
