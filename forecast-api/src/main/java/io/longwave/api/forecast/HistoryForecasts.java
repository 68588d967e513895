package io.longwave.api.forecast;

import io.longwave.api.model.KnownModels;
import io.longwave.api.modelservice.ModelService;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Limits;
import io.longwave.api.query.Times;
import io.longwave.wire.HistoryForecastAnswer;
import io.longwave.wire.HistoryForecastRequest;
import io.longwave.wire.HistoryForecastRequest.History;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Forecasts of values that a request brings, however it writes them. */
@Component
public final class HistoryForecasts {
    /** In place of the id of a registered model. */
    public static final String ONLINE = "online";
    /** What a registered model does that can be asked. */
    public static final String TASK = "forecast";

    /** Of a request. */
    public static final int MAX_HISTORIES = 1000;
    /** Of all histories of a request together. */
    public static final int MAX_VALUES = 500_000;
    /** Steps ahead. */
    public static final int MAX_HORIZON = 10_000;
    /** Of all arrays of an answer together. */
    static final int MAX_ANSWERED = 2_000_000;
    private static final long SECOND = 1_000_000_000L;

    private final KnownModels models;
    private final ModelService modelService;

    HistoryForecasts(KnownModels models, ModelService modelService) {
        this.models = models;
        this.modelService = modelService;
    }

    /**
     * What the model says follows each history.
     *
     * @param model id of a registered model, or {@value #ONLINE}
     * @param horizon steps ahead; null for as many as is usual or as the model reaches
     * @param levels of intervals, in any order; null for the usual ones
     * @throws ProblemException if that is no question, or too large a one, or there is no such forecaster
     */
    public HistoryForecastAnswer of(String model, @Nullable Integer horizon, @Nullable List<Double> levels, List<History> histories) {
        Integer steps = horizon == null ? null : (Integer) Limits.within("horizon", horizon, 1, 1, MAX_HORIZON);
        List<Double> asked = AskedLevels.checked(levels);
        checked(histories);
        checkAnswered(steps(steps, histories), asked.size());
        return modelService.forecast(new HistoryForecastRequest(forecaster(model), steps, asked, histories));
    }

    /** @throws ProblemException if an answer of so many steps, of all channels together, would have too many numbers */
    public static void checkAnswered(long steps, int levels) {
        long answered = steps * (1 + 2L * levels);
        if (answered > MAX_ANSWERED) {
            throw ProblemException.badParameter("horizon", "at most " + MAX_ANSWERED
                    + " numbers in the answer, which are channels times horizon, and that twice again for each level", answered);
        }
    }

    /** How many steps an answer has, of all channels together. */
    static long steps(@Nullable Integer horizon, List<History> histories) {
        return histories.stream().mapToLong(history -> history.channels().length).sum()
                * (horizon == null ? HistoryForecastRequest.USUAL_HORIZON : horizon);
    }

    /**
     * How many values the histories have together.
     *
     * @throws ProblemException if that are too many
     */
    static long checked(List<History> histories) {
        if (histories.isEmpty() || histories.size() > MAX_HISTORIES) {
            throw badHistories("1 to " + MAX_HISTORIES + " histories", histories.size());
        }
        long values = histories.stream().flatMap(history -> Arrays.stream(history.channels())).mapToLong(channel -> channel.length).sum();
        if (values > MAX_VALUES) {
            throw badHistories("at most " + MAX_VALUES + " values together", values);
        }
        return values;
    }

    /**
     * A history as the request writes it.
     *
     * @param where what the names of its parts begin with in problems
     * @param name for its answer; null for none
     * @param start time of the first value; null where it does not say
     * @param step distance of two values; null for a second
     * @param channels V rows of L values; NaN where one is missing
     * @throws ProblemException if start is no time or step no duration
     */
    public static History history(String where, @Nullable String name, @Nullable String start, @Nullable String step, double[][] channels) {
        return new History(name == null ? "" : name, start == null ? 0 : Times.absolute(where + "start", start),
                step == null ? SECOND : Times.duration(where + "step", step), channels);
    }

    static ProblemException badHistories(String expected, Object found) {
        return ProblemException.badParameter("histories", expected, found);
    }

    /** What the model service calls a forecaster. @throws ProblemException if there is no such forecaster */
    String forecaster(String id) {
        return id.equals(ONLINE) ? "" : models.availableFor(id, TASK).id();
    }
}
