package io.longwave.api.query;

import io.longwave.api.problem.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers that a body brings, channel by channel. */
public final class PostedChannels {
    private PostedChannels() {}

    /**
     * The numbers, NaN for null.
     *
     * @param where what the body calls the object that holds them
     * @param given its member {@code channels}
     * @throws ProblemException if it is no array of arrays
     */
    public static double[][] of(String where, @Nullable List<@Nullable List<@Nullable Double>> given) {
        if (given == null) {
            throw bad(where, "absent");
        }
        double[][] channels = new double[given.size()][];
        for (int v = 0; v < channels.length; v++) {
            List<@Nullable Double> channel = given.get(v);
            if (channel == null) {
                throw bad(where, "null inside");
            }
            channels[v] = channel.stream().mapToDouble(value -> value == null ? Double.NaN : value).toArray();
        }
        return channels;
    }

    private static ProblemException bad(String where, String found) {
        return ProblemException.badParameter(where + ".channels", "an array of arrays of numbers", found);
    }
}
