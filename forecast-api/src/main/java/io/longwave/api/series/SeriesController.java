package io.longwave.api.series;

import io.longwave.api.modelservice.ModelService;
import io.longwave.api.problem.ProblemException;
import io.longwave.series.SeriesKind;
import io.longwave.wire.ForgetRequest;
import io.longwave.wire.KindRequest;
import io.longwave.api.query.Limits;
import io.longwave.api.query.Page;
import io.longwave.db.series.SeriesPosition;
import io.longwave.db.series.SeriesQueries;
import io.longwave.db.series.SeriesRow;
import io.longwave.db.series.TenantScope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/series")
@Tag(name = "series")
class SeriesController {
    private static final int MAX_RECENT = 200;

    private final SeriesQueries series;
    private final KnownSeries known;
    private final ModelService modelService;

    SeriesController(SeriesQueries series, KnownSeries known, ModelService modelService) {
        this.series = series;
        this.known = known;
        this.modelService = modelService;
    }

    @GetMapping
    @Operation(operationId = "findSeries", summary = "Find series by typing", description = """
            Series whose bucket or name holds every typed word, in the order of their names. The Link header leads to the next page.""")
    ResponseEntity<List<SeriesView>> find(TenantScope scope,
            @Parameter(description = "Words that must all occur, in any case and order.", example = "cpu host=a") @RequestParam(required = false) @Nullable String q,
            @Parameter(description = "Only those that this stored model was promoted for.", example = "spacetime-etth1-3") @RequestParam(required = false) @Nullable String promoted,
            @Parameter(description = "Exactly the series with this canonical key.", example = "default/metrics/cpu,host=a#usage") @RequestParam(required = false) @Nullable String key,
            @Parameter(description = "Largest number of series, 1 to 500; 50 by default.") @RequestParam(required = false) @Nullable Integer limit,
            @Parameter(description = "How many newest values each series carries, 0 to 200; none by default.") @RequestParam(required = false) @Nullable Integer recent,
            @Parameter(description = "Where the page before ended: take it from the Link header.") @RequestParam(required = false) @Nullable String cursor) {
        int most = Limits.within("limit", limit, 50, 1, 500);
        int values = Limits.within("recent", recent, 0, 0, MAX_RECENT);
        if (key != null) {
            return ResponseEntity.ok(series.byKey(scope, key, values).map(SeriesView::of).stream().toList());
        }
        return Page.of(series.find(scope, q == null ? "" : q, promoted, position(cursor), most + 1, values), most, SeriesView::of,
                row -> List.of(row.display(), row.id()));
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getSeries", summary = "One series")
    SeriesView one(TenantScope scope, @PathVariable long id,
            @Parameter(description = "How many newest values it carries, 0 to 200; none by default.") @RequestParam(required = false) @Nullable Integer recent) {
        SeriesRow row = series.byId(scope, id, Limits.within("recent", recent, 0, 0, MAX_RECENT))
                .orElseThrow(() -> ProblemException.unknownSeries(id));
        return SeriesView.of(row);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "forgetSeries", summary = "Forget a series", description = """
            Its state, points, anomalies and forecasts go. The change travels in the stream and takes effect at an offset, within moments; rows are deleted beside it,
            within hours. Samples that are written afterwards begin a new series of the same name, with another id.""")
    void forget(TenantScope scope, @PathVariable long id) {
        modelService.forget(new ForgetRequest(known.key(scope, id)));
    }

    @Schema(name = "Kind", description = "What a series is taken for.")
    record Kind(@Schema(example = "counter", allowableValues = {"gauge", "counter"}) @Nullable String kind) {}

    @Schema(name = "KindAccepted", description = "The change travels in the stream and takes effect at an offset, within moments.")
    record KindAccepted(@Schema(description = "Canonical key.") String series,
            @Schema(description = "What it will be taken for; null: for what its samples say.", example = "counter") @Nullable String kind) {}

    @PutMapping("/{id}/kind")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "chooseKind", summary = "Take a series for a gauge or a counter", description = """
            Whatever its samples say. Its values stay as they were written; points and forecasts of a counter are its increase per second. The model goes on from the newest stored
            points.""")
    KindAccepted choose(TenantScope scope, @PathVariable long id, @RequestBody Kind kind) {
        SeriesKind chosen;
        try {
            chosen = SeriesKind.ofText(kind.kind());
        } catch (IllegalArgumentException e) {
            chosen = null;
        }
        if (chosen == null) {
            throw ProblemException.badParameter("kind", "gauge or counter", kind.kind() == null ? "absent" : kind.kind());
        }
        return choose(known.key(scope, id), chosen);
    }

    @DeleteMapping("/{id}/kind")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "unchooseKind", summary = "Take a series for what its samples say", description = "A gauge, where they say nothing.")
    KindAccepted unchoose(TenantScope scope, @PathVariable long id) {
        return choose(known.key(scope, id), null);
    }

    private KindAccepted choose(String key, @Nullable SeriesKind kind) {
        modelService.choose(new KindRequest(key, kind));
        return new KindAccepted(key, kind == null ? null : kind.text());
    }

    private static @Nullable SeriesPosition position(@Nullable String cursor) {
        List<String> parts = Page.read(cursor, 2);
        return parts == null || cursor == null ? null : new SeriesPosition(parts.get(0), Page.number(parts.get(1), cursor));
    }
}
