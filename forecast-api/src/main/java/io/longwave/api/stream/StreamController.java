package io.longwave.api.stream;

import io.longwave.api.query.Limits;
import io.longwave.api.query.Page;
import io.longwave.db.series.TenantScope;
import io.longwave.db.stream.DeadLetterRow;
import io.longwave.db.stream.StreamQueries;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "stream")
class StreamController {
    private final StreamStatus status;
    private final StreamQueries stream;

    StreamController(StreamStatus status, StreamQueries stream) {
        this.status = status;
        this.stream = stream;
    }

    @GetMapping("/status")
    @Operation(operationId = "getStatus", summary = "Counters of the stream")
    StatusView status(TenantScope scope) {
        return status.read(scope);
    }

    @GetMapping("/dead-letters")
    @Operation(operationId = "getDeadLetters", summary = "What the stream could not use and why, newest first", description = """
            For a token of all tenants. The Link header leads to the next page. Lines, points and records of longwave.intake.v1 that ingest-service refused never came into the stream: they
            are on the topic longwave.deadletter.v1, which has these here as well, in answers to who wrote them, and counted in its longwave_ingest_refused_lines_total.""")
    ResponseEntity<List<DeadLetterView>> deadLetters(
            @Parameter(description = "Largest number, 1 to 500; 50 by default.") @RequestParam(required = false) @Nullable Integer limit,
            @Parameter(description = "Where the page before ended: take it from the Link header.") @RequestParam(required = false) @Nullable String cursor) {
        int most = Limits.within("limit", limit, 50, 1, 500);
        List<String> parts = Page.read(cursor, 1);
        long before = parts == null || cursor == null ? Long.MAX_VALUE : Page.number(parts.get(0), cursor);
        List<DeadLetterRow> rows = stream.deadLetters(before, most + 1);
        return Page.of(rows, most, DeadLetterView::of, row -> List.of(row.id()));
    }
}
