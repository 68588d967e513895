package io.longwave.api.forecast;

import io.longwave.api.modelservice.ModelService;
import io.longwave.api.problem.ProblemException;
import io.longwave.wire.HistoryForecastRequest.History;
import io.longwave.wire.HistoryScoreAnswer;
import io.longwave.wire.HistoryScoreRequest;
import java.util.List;
import org.springframework.stereotype.Component;

/** How usual values are that a request brings, however it writes them. */
@Component
public final class HistoryScores {
    private final HistoryForecasts forecasts;
    private final ModelService modelService;

    HistoryScores(HistoryForecasts forecasts, ModelService modelService) {
        this.forecasts = forecasts;
        this.modelService = modelService;
    }

    /**
     * What the model says of each value.
     *
     * @param model id of a registered model, or {@value HistoryForecasts#ONLINE}
     * @param levels of intervals, in any order; may be empty
     * @throws ProblemException if that is no question, or too large a one, or there is no such model
     */
    public HistoryScoreAnswer of(String model, List<Double> levels, List<History> histories) {
        List<Double> asked = AskedLevels.checked(levels);
        long answered = HistoryForecasts.checked(histories) * (2 + 2L * asked.size());
        if (answered > HistoryForecasts.MAX_ANSWERED) {
            throw ProblemException.badParameter("levels", "at most " + HistoryForecasts.MAX_ANSWERED
                    + " numbers in the answer, which are values times two for the score and two for each level", answered);
        }
        return modelService.score(new HistoryScoreRequest(forecasts.forecaster(model), asked, histories));
    }
}
