package io.longwave.api.inference;

import io.longwave.api.forecast.AskedLevels;
import io.longwave.api.forecast.HistoryForecasts;
import io.longwave.api.forecast.Sequences;
import io.longwave.api.forecast.Sequences.Place;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Times;
import io.longwave.db.series.TenantScope;
import io.longwave.series.PredictionInterval;
import io.longwave.wire.HistoryForecastAnswer;
import io.longwave.wire.HistoryForecastAnswer.Channel;
import io.longwave.wire.HistoryForecastRequest.History;
import io.longwave.wire.SequenceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Histories [B, V, L] to what follows them: the mean [B, V, H], the bounds of intervals [B, V, K, H] for K levels (0 where the model knows none), and how many
 * values lie before the first step [B, V].
 *
 * <p>A request that says which sequence it belongs to (extension of sequences) goes on with it: values [1, 1, L], of which it tells what was expected and how anomalous they are, each
 * [1, 1, L], and the mean [1, 1, H] and bounds [1, 1, K, H] of what follows, H = 0 while the model warms up.
 */
@Component
final class Forecaster implements ServedModel {
    private static final String INPUT = "history";
    private static final Set<String> PARAMETERS = Set.of("horizon", "levels", "start", "step", "sequence_id", "sequence_start",
            "sequence_end");
    private static final List<String> OF_FORECAST = List.of("mean", "lower", "upper");
    private static final List<String> OF_SEQUENCE = List.of("expected", "score", "mean", "lower", "upper");

    private final HistoryForecasts forecasts;
    private final Sequences sequences;

    Forecaster(HistoryForecasts forecasts, Sequences sequences) {
        this.forecasts = forecasts;
        this.sequences = sequences;
    }

    @Override
    public List<Signature> inputs() {
        return List.of(Signature.of(INPUT, Datatype.FP64, -1, -1, -1));
    }

    @Override
    public List<Signature> outputs() {
        return List.of(Signature.of("mean", Datatype.FP64, -1, -1, -1), Signature.of("lower", Datatype.FP64, -1, -1, -1, -1),
                Signature.of("upper", Datatype.FP64, -1, -1, -1, -1), Signature.of("after", Datatype.INT64, -1, -1),
                Signature.of("expected", Datatype.FP64, -1, -1, -1), Signature.of("score", Datatype.FP64, -1, -1, -1));
    }

    @Override
    public List<OutputTensor> infer(TenantScope scope, String model, InferenceRequest request) {
        request.checkParameters(PARAMETERS);
        String sequence = request.sequence();
        if (sequence != null) {
            return goOn(scope, model, new Place(sequence, request.flag("sequence_start"), request.flag("sequence_end")), request);
        }
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

    private List<OutputTensor> goOn(TenantScope scope, String model, Place place, InferenceRequest request) {
        double[][][] given = request.only(INPUT).sequences();
        if (given.length != 1 || given[0].length != 1) {
            throw ProblemException.badParameter(INPUT, "values [1, 1, L] of one sequence",
                    "[" + given.length + ", " + (given.length == 0 ? 0 : given[0].length) + ", L]");
        }
        request.checkOutputs(OF_SEQUENCE); // a request that is refused has not gone on
        double[] values = given[0][0];
        String levels = request.text("levels");
        String start = request.text("start");
        String step = request.text("step");
        SequenceRequest.Answer answer = sequences.goOn(scope, model, place, start == null ? null : (Long) Times.absolute("start", start),
                step == null ? null : (Long) Times.duration("step", step), values,
                OF_FORECAST.stream().anyMatch(request::wants) ? horizon(request.text("horizon")) : (Integer) 0,
                levels == null ? null : AskedLevels.parse(levels));
        int horizon = answer.mean().size();
        List<OutputTensor> tensors = new ArrayList<>(List.of(OutputTensor.known("expected", answer.expected(), 1, 1, values.length),
                OutputTensor.known("score", answer.score(), 1, 1, values.length),
                OutputTensor.numbers("mean", numbers(answer.mean().stream()), 1, 1, horizon)));
        tensors.addAll(bounds(answer.intervals(), horizon, 1, 1));
        return tensors;
    }

    private static List<OutputTensor> bounds(List<PredictionInterval> intervals, int horizon, int batch, int variates) {
        int levels = intervals.size() / (batch * variates);
        return List.of(
                OutputTensor.numbers("lower", numbers(intervals.stream().flatMap(each -> each.lower().stream())), batch, variates, levels,
                        horizon),
                OutputTensor.numbers("upper", numbers(intervals.stream().flatMap(each -> each.upper().stream())), batch, variates, levels,
                        horizon));
    }

    private static double[] numbers(Stream<Double> numbers) {
        return numbers.mapToDouble(Double::doubleValue).toArray();
    }

    /** @param all [B V], of one horizon and the same levels, because one model was asked for them together */
    private static List<OutputTensor> tensors(int batch, List<Channel> all) {
        int variates = all.size() / batch;
        int horizon = all.getFirst().mean().size();
        List<OutputTensor> tensors = new ArrayList<>();
        tensors.add(
                OutputTensor.numbers("mean", numbers(all.stream().flatMap(channel -> channel.mean().stream())), batch, variates, horizon));
        tensors.addAll(bounds(all.stream().flatMap(channel -> channel.intervals().stream()).toList(), horizon, batch, variates));
        tensors.add(OutputTensor.wholeNumbers("after", all.stream().mapToLong(Channel::after).toArray(), batch, variates));
        return tensors;
    }

    private static @Nullable Integer horizon(@Nullable String text) {
        try {
            return text == null ? null : Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw ProblemException.badParameter("horizon", "a whole number", text);
        }
    }
}
