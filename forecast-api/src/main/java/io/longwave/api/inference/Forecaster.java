package io.longwave.api.inference;

import io.longwave.api.forecast.AskedLevels;
import io.longwave.api.forecast.HistoryForecasts;
import io.longwave.api.problem.ProblemException;
import io.longwave.series.PredictionInterval;
import io.longwave.wire.HistoryForecastAnswer;
import io.longwave.wire.HistoryForecastAnswer.Channel;
import io.longwave.wire.HistoryForecastRequest.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Histories [B, V, L] to what follows them: the mean [B, V, H], the bounds of intervals [B, V, K, H] for K levels (0 where the model knows none), and how many
 * values lie before the first step [B, V].
 */
@Component
final class Forecaster implements ServedModel {
    private static final String INPUT = "history";
    private static final Set<String> PARAMETERS = Set.of("horizon", "levels", "start", "step");

    private final HistoryForecasts forecasts;

    Forecaster(HistoryForecasts forecasts) {
        this.forecasts = forecasts;
    }

    @Override
    public List<Signature> inputs() {
        return List.of(Signature.of(INPUT, Datatype.FP64, -1, -1, -1));
    }

    @Override
    public List<Signature> outputs() {
        return List.of(Signature.of("mean", Datatype.FP64, -1, -1, -1), Signature.of("lower", Datatype.FP64, -1, -1, -1, -1),
                Signature.of("upper", Datatype.FP64, -1, -1, -1, -1), Signature.of("after", Datatype.INT64, -1, -1));
    }

    @Override
    public List<OutputTensor> infer(String model, InferenceRequest request) {
        request.checkParameters(PARAMETERS);
        String levels = request.text("levels");
        String start = request.text("start");
        String step = request.text("step");
        List<History> histories = new ArrayList<>();
        for (double[][] channels : request.only(INPUT).sequences()) {
            histories.add(HistoryForecasts.history("", null, start, step, channels));
        }
        HistoryForecastAnswer answer = forecasts.of(model, horizon(request.text("horizon")),
                levels == null ? null : AskedLevels.parse(levels), histories);
        List<Channel> all = new ArrayList<>();
        for (int b = 0; b < answer.results().size(); b++) {
            HistoryForecastAnswer.Result result = answer.results().get(b);
            if (result.problem() != null) {
                throw ProblemException.badParameter(INPUT + "[" + b + "]", "a history that can be forecast", result.problem());
            }
            all.addAll(result.channels());
        }
        return tensors(histories.size(), all);
    }

    /** @param all [B V], of one horizon and the same levels, because one model was asked for them together */
    private static List<OutputTensor> tensors(int batch, List<Channel> all) {
        int variates = all.size() / batch;
        int horizon = all.getFirst().mean().size();
        int levels = all.getFirst().intervals().size();
        double[] mean = all.stream().flatMap(channel -> channel.mean().stream()).mapToDouble(Double::doubleValue).toArray();
        List<PredictionInterval> intervals = all.stream().flatMap(channel -> channel.intervals().stream()).toList();
        return List.of(OutputTensor.numbers("mean", mean, batch, variates, horizon),
                OutputTensor.numbers("lower", intervals.stream().flatMap(each -> each.lower().stream()).mapToDouble(x -> x).toArray(),
                        batch,
                        variates, levels, horizon),
                OutputTensor.numbers("upper", intervals.stream().flatMap(each -> each.upper().stream()).mapToDouble(x -> x).toArray(),
                        batch,
                        variates, levels, horizon),
                OutputTensor.wholeNumbers("after", all.stream().mapToLong(Channel::after).toArray(), batch, variates));
    }

    private static @Nullable Integer horizon(@Nullable String text) {
        try {
            return text == null ? null : Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw ProblemException.badParameter("horizon", "a whole number", text);
        }
    }
}
