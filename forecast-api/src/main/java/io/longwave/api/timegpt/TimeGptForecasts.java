package io.longwave.api.timegpt;

import io.longwave.api.forecast.HistoryForecasts;
import io.longwave.api.model.KnownModels;
import io.longwave.api.problem.ProblemException;
import io.longwave.series.ForecastSteps;
import io.longwave.wire.HistoryForecastAnswer;
import io.longwave.wire.HistoryForecastAnswer.Channel;
import io.longwave.wire.HistoryForecastRequest;
import io.longwave.wire.HistoryForecastRequest.History;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What follows the values of a request, or stretches of them. */
@Component
class TimeGptForecasts {
    /** Values that clients send of a series when they only want a forecast, or three times as many for intervals: six weeks of hours. */
    private static final int INPUT_SIZE = 1024;

    private final HistoryForecasts forecasts;
    private final KnownModels models;
    private final JsonMapper json;

    TimeGptForecasts(HistoryForecasts forecasts, KnownModels models, JsonMapper json) {
        this.forecasts = forecasts;
        this.models = models;
        this.json = json;
    }

    /**
     * How much a model takes and gives.
     *
     * @param inputSize values of a series that are worth sending
     * @param horizon steps it is made for
     */
    record Reach(int inputSize, int horizon) {}

    /** @throws ProblemException if there is no such forecaster */
    Reach reach(String model) {
        if (model.equals(HistoryForecasts.ONLINE)) {
            return new Reach(INPUT_SIZE, HistoryForecastRequest.USUAL_HORIZON);
        }
        JsonNode config = json.readTree(models.availableFor(model, HistoryForecasts.TASK).config());
        return new Reach(Math.max(INPUT_SIZE, config.path("lag").asInt(0)),
                config.path("horizon").asInt(HistoryForecastRequest.USUAL_HORIZON));
    }

    /** What follows each series. */
    TimeGptAnswer forecast(TimeGptRequest request) {
        int horizon = request.whole("h", 1, HistoryForecasts.MAX_HORIZON);
        TimeGptAnswer.Builder answer = new TimeGptAnswer.Builder(request.levels());
        List<Window> windows = new ArrayList<>();
        request.series().forEach(history -> windows.add(new Window(windows.size(), history)));
        forecast(request, horizon, windows, answer);
        return answer.build(windows.size());
    }

    /** What would have followed the values before each of the last windows of each series. */
    TimeGptAnswer crossValidation(TimeGptRequest request) {
        int horizon = request.whole("h", 1, HistoryForecasts.MAX_HORIZON);
        int count = request.whole("n_windows", 1, HistoryForecasts.MAX_HISTORIES, 1);
        int step = request.whole("step_size", 1, HistoryForecasts.MAX_HORIZON, horizon);
        int look = look(request, count);
        request.checkAnswered((long) count * request.series().size() * horizon);
        TimeGptAnswer.Builder answer = new TimeGptAnswer.Builder(request.levels());
        List<Window> windows = new ArrayList<>();
        int offset = 0;
        for (int i = 0; i < request.series().size(); i++) {
            History history = request.series().get(i);
            int length = TimeGptRequest.values(history).length;
            int first = length - horizon - step * (count - 1);
            if (first < 1) { // clients do not know a series that has fewer windows than others
                throw ProblemException.badParameter("series",
                        "more than " + (length - first) + " values of each, which " + count + " windows of "
                                + horizon + " steps take",
                        length + " of series " + i);
            }
            for (int end = first; end <= length - horizon; end += step) {
                windows.add(new Window(i, TimeGptRequest.part(history, Math.max(0, end - look), end)));
                answer.at(offset + end, horizon);
            }
            answer.size(count * horizon);
            offset += length;
        }
        forecast(request, horizon, windows, answer);
        return answer.build(request.series().size());
    }

    /** Values before a window that its forecast is made from: as many as clients send for one forecast, and more where there are few windows. */
    private int look(TimeGptRequest request, int count) {
        int least = reach(request.model()).inputSize;
        long windows = (long) count * request.series().size();
        if (windows > HistoryForecasts.MAX_HISTORIES || windows * Math.min(least, request.longest()) > HistoryForecasts.MAX_VALUES) {
            throw ProblemException.badParameter("n_windows",
                    "at most " + Math.min(HistoryForecasts.MAX_HISTORIES, HistoryForecasts.MAX_VALUES / Math.min(least, request.longest()))
                            + " windows of all series together; send fewer series at a time",
                    windows);
        }
        return (int) Math.clamp(HistoryForecasts.MAX_VALUES / windows, least, 4L * least);
    }

    /** What is to be forecast: values of a series until before one of them. */
    private record Window(int series, History history) {

        /** Which steps of a forecast stand at the times behind the window. */
        int[] steps(Channel channel, int horizon) {
            return ForecastSteps.nearest(channel.issuedAtNanos(), channel.stepNanos(),
                    TimeGptRequest.time(history, TimeGptRequest.values(history).length), history.stepNanos(), horizon);
        }

        /** How many steps a forecast must have; 0 where there is none. */
        int needed(HistoryForecastAnswer.Result result, int horizon) {
            return result.channels().isEmpty() ? 0 : steps(result.channels().getFirst(), horizon)[horizon - 1] + 1;
        }
    }

    private void forecast(TimeGptRequest request, int horizon, List<Window> windows, TimeGptAnswer.Builder answer) {
        List<HistoryForecastAnswer.Result> results = new ArrayList<>(asked(request, horizon, windows));
        // Where the last values are missing a forecast begins within them and has to reach further.
        List<Integer> unreached = new ArrayList<>();
        int furthest = horizon;
        for (int w = 0; w < windows.size(); w++) {
            int needed = windows.get(w).needed(results.get(w), horizon);
            if (needed > horizon && needed <= HistoryForecasts.MAX_HORIZON) {
                unreached.add(w);
                furthest = Math.max(furthest, needed);
            }
        }
        if (!unreached.isEmpty()) {
            List<HistoryForecastAnswer.Result> further = asked(request, furthest, unreached.stream().map(windows::get).toList());
            for (int i = 0; i < unreached.size(); i++) {
                results.set(unreached.get(i), further.get(i));
            }
        }
        for (int w = 0; w < windows.size(); w++) {
            Window window = windows.get(w);
            HistoryForecastAnswer.Result result = results.get(w);
            int needed = window.needed(result, horizon);
            if (needed == 0 || needed > result.channels().getFirst().mean().size()) {
                answer.problem(window.series, needed == 0
                        ? String.valueOf(result.problem())
                        : "expected a value among the last " + HistoryForecasts.MAX_HORIZON + " that is not missing");
                answer.addNothing(horizon);
            } else {
                answer.add(result.channels().getFirst(), window.steps(result.channels().getFirst(), horizon));
            }
        }
    }

    private List<HistoryForecastAnswer.Result> asked(TimeGptRequest request, int horizon, List<Window> windows) {
        return forecasts.of(request.model(), horizon, request.intervals(), windows.stream().map(Window::history).toList()).results();
    }
}
