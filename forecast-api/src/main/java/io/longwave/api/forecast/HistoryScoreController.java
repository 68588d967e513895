package io.longwave.api.forecast;

import io.longwave.api.access.OfNoTenant;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "anomalies")
class HistoryScoreController {
    private final HistoryScores scores;

    HistoryScoreController(HistoryScores scores) {
        this.scores = scores;
    }

    @Schema(name = "ScoredHistories", description = "What to judge.")
    record Histories(
            @ArraySchema(minItems = 1, maxItems = HistoryForecasts.MAX_HISTORIES, schema = @Schema(implementation = PostedHistories.History.class)) @Nullable List<PostedHistories.@Nullable History> histories,
            @Schema(description = "Interval levels in (0, 1), at most 10; none by default.", example = "[0.9]") @Nullable List<Double> levels) {}

    @OfNoTenant
    @PostMapping("/api/v1/models/{model}/score")
    @Operation(operationId = "scoreHistories", summary = "Judge posted values", description = """
            Each value by what those before it let expect, and which of them would have been anomalies: what the stream would have said when they came. Nothing is stored. The online
            model, whose id here is `online`, needs no training; of registered models those can be asked that serve streams of one series. A history that cannot be judged has a problem
            in its place; the others have their answers.""")
    HistoryScoreView score(
            @Parameter(description = "Id of a registered model, or `online`.", example = "online") @PathVariable String model,
            @RequestBody Histories body) {
        PostedHistories posted = PostedHistories.of(body.histories());
        List<Double> levels = AskedLevels.checked(body.levels() == null ? List.of() : body.levels());
        return HistoryScoreView.of(scores.of(model, levels, posted.histories()), levels, posted);
    }
}
