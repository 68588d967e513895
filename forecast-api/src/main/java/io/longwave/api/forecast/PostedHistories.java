package io.longwave.api.forecast;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.PostedChannels;
import io.longwave.wire.HistoryForecastRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Histories as the body of a request brings them.
 *
 * @param timed for each history, whether it says when it starts
 */
record PostedHistories(List<HistoryForecastRequest.History> histories, List<Boolean> timed) {

    @Schema(name = "History", description = "Values at equal distances, in the unit that the model was trained on.")
    record History(@Schema(description = "Comes back with the answer.", example = "shop 12") @Nullable String name,
            @Schema(description = "One array of values for each column of the model, oldest first, all of one length; null where a value is missing.", example = "[[12.5,13.1,null,12.8]]") @Nullable List<@Nullable List<@Nullable Double>> channels,
            @Schema(description = "Time of the first value: RFC 3339, or a number since the epoch as text. Without it answers say only which step or value they speak of.", example = "2026-03-01T00:00:00Z") @Nullable String start,
            @Schema(description = "Distance of two values; 1s by default. With it the online model knows the time of day and of week.", example = "15m") @Nullable String step) {}

    /** @throws ProblemException if there are none, or one of them is not what is expected */
    static PostedHistories of(@Nullable List<@Nullable History> given) {
        if (given == null) {
            throw HistoryForecasts.badHistories("1 to " + HistoryForecasts.MAX_HISTORIES + " histories", "absent");
        }
        List<HistoryForecastRequest.History> histories = new ArrayList<>();
        List<Boolean> timed = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            String where = "histories[" + i + "]";
            History one = given.get(i);
            if (one == null) {
                throw ProblemException.badParameter(where, "an object", "null");
            }
            histories.add(
                    HistoryForecasts.history(where + ".", one.name(), one.start(), one.step(), PostedChannels.of(where, one.channels())));
            timed.add(one.start() != null);
        }
        return new PostedHistories(histories, timed);
    }
}
