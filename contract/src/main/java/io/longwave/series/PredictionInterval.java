package io.longwave.series;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Band that holds a future value with a stated probability, one pair of bounds per step.
 *
 * @param level asked probability, in (0, 1), for example 0.9
 * @param lower lower bounds, [H]
 * @param upper upper bounds, [H]
 * @param achievedCoverage share of recent values that fell inside a one-step band of this level; null until it was measured
 */
public record PredictionInterval(double level, List<Double> lower, List<Double> upper, @Nullable Double achievedCoverage) {
    public PredictionInterval {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("interval level: expected a number between 0 and 1 but was " + level);
        }
        if (lower.size() != upper.size()) {
            throw new IllegalArgumentException("interval bounds: expected equally many but were " + lower.size() + " and " + upper.size());
        }
        lower = List.copyOf(lower);
        upper = List.copyOf(upper);
    }

    /** A level as names of bounds have it, in percent: {@code 95} or {@code 99.9}. */
    public static String percent(double level) {
        return BigDecimal.valueOf(level).movePointRight(2).stripTrailingZeros().toPlainString();
    }
}
