package io.longwave.api.forecast;

import io.longwave.api.modelservice.ModelService;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Limits;
import io.longwave.db.series.TenantScope;
import io.longwave.wire.HistoryForecastRequest;
import io.longwave.wire.SequenceRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Sequences that a client goes on with request by request; the model service keeps their states. */
@Component
public final class Sequences {
    /** Of a request: whoever has more begins with a history. */
    private static final int MAX_VALUES = 10_000;
    private static final int MAX_NAME = 200;

    private final HistoryForecasts forecasts;
    private final ModelService modelService;

    Sequences(HistoryForecasts forecasts, ModelService modelService) {
        this.forecasts = forecasts;
        this.modelService = modelService;
    }

    /**
     * Where a request stands in its sequence.
     *
     * @param name of the sequence
     * @param start whether it is the first one
     * @param end whether it is the last one
     */
    public record Place(String name, boolean start, boolean end) {}

    /**
     * Goes on with a sequence.
     *
     * @param scope whose sequence it is; everybody's is nobody's
     * @param model id of a registered model, or {@value HistoryForecasts#ONLINE}
     * @param startNanos time of the first value; null for the step after the last one
     * @param stepNanos distance of two values; null for that of the last request
     * @param values NaN where one is missing
     * @param horizon steps of the forecast behind them, 0 for none; null for as many as is usual
     * @throws ProblemException if that is no question, or there is no such forecaster or sequence
     */
    public SequenceRequest.Answer goOn(TenantScope scope, String model, Place place, @Nullable Long startNanos, @Nullable Long stepNanos,
            double[] values, @Nullable Integer horizon, @Nullable List<Double> levels) {
        int steps = Limits.within("horizon", horizon, HistoryForecastRequest.USUAL_HORIZON, 0, HistoryForecasts.MAX_HORIZON);
        if (values.length > MAX_VALUES) {
            throw ProblemException.badParameter("inputs", "at most " + MAX_VALUES + " values of a sequence at once", values.length);
        }
        if (place.name.length() > MAX_NAME || place.name.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(place.name)) {
            throw ProblemException.badParameter("sequence_id", "at most " + MAX_NAME + " characters, none of them a control character",
                    place.name.length() > MAX_NAME ? place.name.length() : "one with such a character, or half a one");
        }
        return modelService
                .goOn(new SequenceRequest(scope.tenant(), forecasts.forecaster(model), place.name, place.start, place.end, startNanos,
                        stepNanos, values, steps, AskedLevels.checked(levels)));
    }
}
