package io.longwave.api.query;

import io.longwave.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/** Page sizes. */
public final class Limits {
    private Limits() {}

    /**
     * The asked number, or the default.
     *
     * @throws ProblemException if it is outside its range
     */
    public static int within(String name, @Nullable Integer asked, int byDefault, int least, int most) {
        if (asked == null) {
            return byDefault;
        }
        if (asked < least || asked > most) {
            throw ProblemException.badParameter(name, "a whole number from " + least + " to " + most, asked);
        }
        return asked;
    }
}
