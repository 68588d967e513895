package io.longwave.api.forecast;

import io.longwave.api.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Interval levels of a question. */
public final class AskedLevels {
    private static final int MAX_LEVELS = 10;
    private static final List<Double> USUAL = List.of(0.8, 0.95);

    private AskedLevels() {}

    /** Numbers separated by commas, as a query writes them. */
    public static List<Double> parse(String text) {
        List<Double> levels = new ArrayList<>();
        for (String part : text.split(",")) {
            try {
                if (!part.isBlank()) {
                    levels.add(Double.parseDouble(part.strip()));
                }
            } catch (NumberFormatException e) {
                throw badLevels(part);
            }
        }
        return levels;
    }

    /**
     * In ascending order, each once.
     *
     * @param levels null for the usual ones
     * @throws ProblemException if there are too many or one is outside (0, 1)
     */
    public static List<Double> checked(@Nullable List<Double> levels) {
        if (levels == null) {
            return USUAL;
        }
        for (Double level : levels) {
            if (level == null || !(level > 0 && level < 1)) {
                throw badLevels(String.valueOf(level));
            }
        }
        TreeSet<Double> ascending = new TreeSet<>(levels);
        if (ascending.size() > MAX_LEVELS) {
            throw badLevels(ascending.size() + " levels");
        }
        return List.copyOf(ascending);
    }

    private static ProblemException badLevels(String found) {
        return ProblemException.badParameter("levels", "at most " + MAX_LEVELS + " numbers between 0 and 1", found);
    }
}
