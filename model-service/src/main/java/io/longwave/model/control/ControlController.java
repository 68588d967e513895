package io.longwave.model.control;

import io.longwave.model.control.ControlRecords.Control;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.serving.ForecastProperties;
import io.longwave.model.serving.Models;
import io.longwave.wire.ForgetRequest;
import io.longwave.wire.KindRequest;
import io.longwave.wire.PromotionRequest;
import io.longwave.wire.StreamMessage.ChooseKind;
import io.longwave.wire.StreamMessage.Forget;
import io.longwave.wire.StreamMessage.Promote;
import io.longwave.wire.StreamMessage.Watch;
import io.longwave.wire.WatchRequest;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ControlController {
    private final ControlRecords records;
    private final Models models;
    private final int maxHorizon;

    ControlController(ControlRecords records, Models models, ForecastProperties forecast) {
        this.records = records;
        this.models = models;
        this.maxHorizon = forecast.maxHorizon();
    }

    @PostMapping(PromotionRequest.PATH)
    @ResponseStatus(HttpStatus.ACCEPTED)
    void promote(@RequestBody PromotionRequest request) {
        if (request.series().isEmpty()) {
            throw new RequestProblem(HttpStatus.BAD_REQUEST, "no-series", "series: expected at least one but was an empty list");
        }
        request.series().forEach(RequestProblem::requireSeriesKey);
        if (request.model() == null) {
            throw new RequestProblem(HttpStatus.BAD_REQUEST, "no-model", "model: expected an id, or an empty text for the online model");
        }
        models.asked(request.model());
        records.write(request.series().stream().map(series -> new Control(series, new Promote(series, request.model()))).toList());
    }

    @PostMapping(ForgetRequest.PATH)
    @ResponseStatus(HttpStatus.ACCEPTED)
    void forget(@RequestBody ForgetRequest request) {
        RequestProblem.requireSeriesKey(request.series());
        records.write(List.of(new Control(request.series(), new Forget(request.series(), null))));
    }

    @PostMapping(KindRequest.PATH)
    @ResponseStatus(HttpStatus.ACCEPTED)
    void choose(@RequestBody KindRequest request) {
        RequestProblem.requireSeriesKey(request.series());
        records.write(List.of(new Control(request.series(), new ChooseKind(request.series(), request.kind()))));
    }

    @PostMapping(WatchRequest.PATH)
    @ResponseStatus(HttpStatus.ACCEPTED)
    void watch(@RequestBody WatchRequest request) {
        RequestProblem.requireSeriesKey(request.series());
        if (request.watched() && (request.horizon() < 1 || request.horizon() > maxHorizon)) {
            throw new RequestProblem(HttpStatus.BAD_REQUEST, "bad-horizon",
                    "horizon: expected 1 to " + maxHorizon + " steps but was " + request.horizon());
        }
        records.write(List.of(
                new Control(request.series(), new Watch(request.series(), request.watched(), Math.max(0, request.horizon())))));
    }
}
