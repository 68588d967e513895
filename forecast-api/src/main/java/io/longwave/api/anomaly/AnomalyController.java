package io.longwave.api.anomaly;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.longwave.api.query.Page;
import io.longwave.api.query.Times;
import io.longwave.api.series.KnownSeries;
import io.longwave.db.anomaly.AnomalyFilter;
import io.longwave.db.anomaly.AnomalyQueries;
import io.longwave.db.point.PointQueries;
import io.longwave.db.series.TenantScope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "anomalies")
class AnomalyController {
    private static final String NEXT = "Where the page before ended: take it from the Link header.";
    private static final String LIMIT = "Largest number of events, 1 to 1000; 100 by default.";
    private static final String SCORE = "Only events whose peak scored at least this, 0 to 1.";

    private final AnomalyQueries anomalies;
    private final KnownSeries series;
    private final PointQueries points;

    AnomalyController(AnomalyQueries anomalies, KnownSeries series, PointQueries points) {
        this.anomalies = anomalies;
        this.series = series;
        this.points = points;
    }

    @GetMapping("/anomalies")
    @Operation(operationId = "findAnomalies", summary = "Anomalies of all series, newest start first", description = """
            Events that overlap the stretch of time. The Link header leads to the next page.""")
    ResponseEntity<List<AnomalyView>> all(TenantScope scope,
            @Parameter(description = "Only of the series with this id.") @RequestParam(name = "series", required = false) @Nullable Long id,
            @Parameter(description = "Events that last until here or longer. " + Times.SYNTAX
                    + "; relative times need series.") @RequestParam(required = false) @Nullable String from,
            @Parameter(description = "Events that started before. " + Times.SYNTAX
                    + "; relative times need series.") @RequestParam(required = false) @Nullable String to,
            @Parameter(description = SCORE) @RequestParam(required = false) @Nullable Double minScore,
            @Parameter(description = LIMIT) @RequestParam(required = false) @Nullable Integer limit,
            @Parameter(description = NEXT) @RequestParam(required = false) @Nullable String cursor) {
        return page(scope, id, from, to, minScore, limit, cursor);
    }

    @GetMapping("/anomalies/{anomaly}")
    @Operation(operationId = "getAnomaly", summary = "One anomaly")
    AnomalyView one(TenantScope scope, @PathVariable String anomaly) {
        return anomalies.byId(scope, anomaly).map(AnomalyView::of)
                .orElseThrow(() -> new ProblemException(ProblemType.UNKNOWN_ANOMALY, "no anomaly has the id " + anomaly));
    }

    @GetMapping("/series/{id}/anomalies")
    @Operation(operationId = "getSeriesAnomalies", summary = "Anomalies of one series, newest start first", description = """
            Events that overlap the stretch of time. The Link header leads to the next page.""")
    ResponseEntity<List<AnomalyView>> ofSeries(TenantScope scope, @PathVariable long id,
            @Parameter(description = "Events that last until here or longer. "
                    + Times.SYNTAX) @RequestParam(required = false) @Nullable String from,
            @Parameter(description = "Events that started before. " + Times.SYNTAX) @RequestParam(required = false) @Nullable String to,
            @Parameter(description = SCORE) @RequestParam(required = false) @Nullable Double minScore,
            @Parameter(description = LIMIT) @RequestParam(required = false) @Nullable Integer limit,
            @Parameter(description = NEXT) @RequestParam(required = false) @Nullable String cursor) {
        return page(scope, id, from, to, minScore, limit, cursor);
    }

    private ResponseEntity<List<AnomalyView>> page(TenantScope scope, @Nullable Long id, @Nullable String from, @Nullable String to,
            @Nullable Double minScore, @Nullable Integer limit, @Nullable String cursor) {
        AskedEvents asked = AskedEvents.of(minScore, limit, cursor);
        if (id != null) {
            series.key(scope, id);
        }
        Supplier<Optional<Long>> newest = () -> {
            if (id == null) {
                throw ProblemException.badParameter("from, to", "absolute times, because no series is named", "a relative one");
            }
            return points.newestTime(id);
        };
        AnomalyFilter filter = new AnomalyFilter(scope, id == null ? Set.of() : Set.of(id), Times.parse("from", from, newest),
                Times.parse("to", to, newest), minScore);
        return Page.of(anomalies.find(filter, asked.after(), asked.most() + 1), asked.most(), AnomalyView::of,
                row -> List.of(row.startNanos(), row.id()));
    }
}
