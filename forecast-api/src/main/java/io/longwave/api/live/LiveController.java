package io.longwave.api.live;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Times;
import io.longwave.api.series.KnownSeries;
import io.longwave.db.point.PointQueries;
import io.longwave.db.series.TenantScope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
@Tag(name = "live")
class LiveController {
    private static final int MAX_SERIES = 50;

    private final LiveFeed feed;
    private final KnownSeries series;
    private final PointQueries points;

    LiveController(LiveFeed feed, KnownSeries series, PointQueries points) {
        this.feed = feed;
        this.series = series;
        this.points = points;
    }

    @GetMapping(path = "/api/v1/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(operationId = "live", summary = "New points and anomalies as they are committed", description = """
            Server-sent events. points: {"series":id,"kind":"gauge","points":[…]} with points that are newer than those sent before. anomalies: an array of
            new or changed anomalies. status: the counters, also the heartbeat. reset: {"series":id} when so much is new, or the series is of
            another kind now, that it is better loaded again. A client that reconnects with Last-Event-ID goes on where it stopped. Points that arrive late do not come
            here.""")
    @ApiResponse(responseCode = "200", description = "A stream that stays open", content = @Content(mediaType = MediaType.TEXT_EVENT_STREAM_VALUE, schema = @Schema(type = "string")))
    SseEmitter live(TenantScope scope,
            @Parameter(description = "Ids separated by commas, at most 50; without it only the status is sent.", schema = @Schema(type = "string"), example = "17,18") @RequestParam(name = "series", required = false) @Nullable String ids,
            @Parameter(description = "The newest time that the client has; later points are sent at once. Without it: points from now on. "
                    + Times.SYNTAX) @RequestParam(required = false) @Nullable String since,
            @Parameter(description = "Set by a browser that reconnects.") @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String last) {
        Map<Long, Long> sent = new HashMap<>();
        Map<Long, Long> resumed = resumed(last);
        for (long id : parse(ids)) {
            series.key(scope, id);
            Long from = resumed.containsKey(id) ? resumed.get(id) : Times.parse("since", since, () -> points.newestTime(id));
            sent.put(id, from != null ? from : points.newestTime(id).orElse(Long.MIN_VALUE));
        }
        return feed.open(scope, sent);
    }

    private static Set<Long> parse(@Nullable String ids) {
        Set<Long> parsed = new LinkedHashSet<>();
        for (String id : ids == null ? new String[0] : ids.split(",")) {
            try {
                if (!id.isBlank()) {
                    parsed.add(Long.parseLong(id.strip()));
                }
            } catch (NumberFormatException e) {
                throw ProblemException.badParameter("series", "ids separated by commas", id);
            }
        }
        if (parsed.size() > MAX_SERIES) {
            throw ProblemException.badParameter("series", "at most " + MAX_SERIES + " ids", parsed.size() + " ids");
        }
        return parsed;
    }

    /** A browser sends back what we sent; anything else in this header is ignored, because the stream works without it. */
    private static Map<Long, Long> resumed(@Nullable String last) {
        Map<Long, Long> resumed = new HashMap<>();
        for (String part : last == null ? new String[0] : last.split(",")) {
            int at = part.indexOf('@');
            try {
                Long time = at < 0 ? null : Times.parse("Last-Event-ID", part.substring(at + 1), java.util.Optional::empty);
                if (time != null) {
                    resumed.put(Long.parseLong(part.substring(0, at)), time);
                }
            } catch (NumberFormatException | ProblemException e) {
                return Map.of();
            }
        }
        return resumed;
    }
}
