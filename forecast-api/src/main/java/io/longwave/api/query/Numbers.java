package io.longwave.api.query;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers as JSON has them. */
public final class Numbers {
    private Numbers() {}

    /** The numbers, null for NaN, which JSON does not have. */
    public static List<@Nullable Double> orNull(double[] values) {
        List<@Nullable Double> numbers = new ArrayList<>(values.length);
        for (double value : values) {
            numbers.add(orNull(value));
        }
        return numbers;
    }

    /** The same of one number. */
    public static @Nullable Double orNull(double value) {
        return Double.isNaN(value) ? null : (Double) value;
    }
}
