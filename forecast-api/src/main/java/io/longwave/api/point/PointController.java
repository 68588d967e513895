package io.longwave.api.point;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Limits;
import io.longwave.api.query.Times;
import io.longwave.api.series.KnownSeries;
import io.longwave.db.point.PointQueries;
import io.longwave.db.point.PointRow;
import io.longwave.db.point.TimeSpan;
import io.longwave.db.series.TenantScope;
import io.longwave.db.series.ReadAs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "points")
class PointController {
    /** Says whether points are single or summarised, and how wide the buckets are (ISO 8601). */
    static final String RESOLUTION = "Longwave-Resolution";

    /** Says whether points are the values of a gauge or the rates of a counter. */
    static final String KIND = "Longwave-Kind";

    private static final int MOST = 20_000;

    private final PointQueries points;
    private final KnownSeries series;

    PointController(PointQueries points, KnownSeries series) {
        this.points = points;
        this.series = series;
    }

    @GetMapping("/api/v1/series/{id}/points")
    @Operation(operationId = "getPoints", summary = "Points of one series", description = """
            Ascending in time, as flat objects. When the stretch holds more points than limit, they are summarised per bucket (mean, min, max,
            largest score) in the narrowest round width that fits, so that no spike is lost; the header Longwave-Resolution says raw or the
            width. Without from and to: the newest limit points, never summarised. Points of a counter are its increase per second between each two values, at the time of the second, with the
            total it had reached.""")
    @ApiResponse(responseCode = "200", headers = {
            @Header(name = RESOLUTION, description = "raw, or the width of a bucket (ISO 8601)", schema = @Schema(type = "string", example = "PT10S")),
            @Header(name = KIND, description = "gauge or counter", schema = @Schema(type = "string", example = "gauge"))})
    ResponseEntity<List<PointView>> points(TenantScope scope, @PathVariable long id,
            @Parameter(description = "Inclusive. " + Times.SYNTAX, example = "-1h") @RequestParam(required = false) @Nullable String from,
            @Parameter(description = "Exclusive. "
                    + Times.SYNTAX, example = "2026-03-01T12:00:00Z") @RequestParam(required = false) @Nullable String to,
            @Parameter(description = "Largest number of objects, 1 to 20000; 2000 by default.") @RequestParam(required = false) @Nullable Integer limit,
            @Parameter(description = "auto (default), raw (the first limit points from from on), or the width of a bucket such as 10s.", example = "auto") @RequestParam(required = false) @Nullable String resolution) {
        int most = Limits.within("limit", limit, 2000, 1, MOST);
        Resolution asked = Resolution.parse(resolution);
        ReadAs as = series.readAs(scope, id);
        Long start = Times.parse("from", from, () -> points.newestTime(id));
        Long end = Times.parse("to", to, () -> points.newestTime(id));
        TimeSpan span = new TimeSpan(start == null ? Long.MIN_VALUE : start, end == null ? Long.MAX_VALUE : end);
        if (span.from() > span.to()) {
            throw ProblemException.badParameter("from", "a time before to", from == null ? "" : from);
        }
        return switch (asked) {
            case Resolution.Raw _ -> raw(as, start == null ? points.newest(id, as, span, most) : points.first(id, as, span, most));
            case Resolution.Auto _ when start == null && end == null -> raw(as, points.newest(id, as, span, most));
            case Resolution.Auto _ when points.countUpTo(id, span, most + 1) <= most -> raw(as, points.first(id, as, span, most));
            case Resolution.Auto _ -> {
                Optional<TimeSpan> extent = points.extent(id, span);
                yield extent.isEmpty() ? raw(as, List.of()) : summarised(id, as, span, Resolution.fitting(extent.get(), most));
            }
            case Resolution.Buckets buckets -> {
                points.extent(id, span).ifPresent(extent -> Resolution.check(buckets, extent, MOST));
                yield summarised(id, as, span, buckets.widthNanos());
            }
        };
    }

    private ResponseEntity<List<PointView>> raw(ReadAs as, List<PointRow> rows) {
        return ResponseEntity.ok().header(RESOLUTION, "raw").header(KIND, as.kind().text())
                .body(rows.stream().map(PointView::single).toList());
    }

    private ResponseEntity<List<PointView>> summarised(long id, ReadAs as, TimeSpan span, long width) {
        return ResponseEntity.ok().header(RESOLUTION, Duration.ofNanos(width).toString()).header(KIND, as.kind().text())
                .body(points.summarised(id, as, span, width).stream().map(PointView::summary).toList());
    }
}
