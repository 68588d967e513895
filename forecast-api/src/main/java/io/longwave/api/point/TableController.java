package io.longwave.api.point;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Times;
import io.longwave.db.point.PointQueries;
import io.longwave.db.point.RowGrid;
import io.longwave.db.point.RowQueries;
import io.longwave.db.point.TimeSpan;
import io.longwave.db.series.TenantScope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "points")
class TableController {
    /** How many rows follow the head: an answer that breaks off is known by it. */
    static final String ROWS = "Longwave-Rows";

    private static final long MOST_VALUES = 20_000_000;
    /** Read, and kept in memory, at a time. */
    private static final int VALUES_AT_ONCE = 4_000;

    private final TableColumns tables;
    private final PointQueries points;
    private final RowQueries rows;

    TableController(TableColumns tables, PointQueries points, RowQueries rows) {
        this.tables = tables;
        this.points = points;
        this.rows = rows;
    }

    @GetMapping("/api/v1/table")
    @Operation(operationId = "getTable", summary = "Points of several series as one table", description = """
            CSV: a column of times and one for each series, named by its field, or by its canonical key where fields are alike. Rows are a step apart, without gaps, through the newest point of the
            first series that has one. Of several points in a row the last one counts, of a counter its rate per second; where there is none the cell is empty. These are the rows that a group of
            the same series judges, so what is trained on them can judge it.""", responses = @ApiResponse(responseCode = "200", headers = @Header(name = ROWS, description = "Rows behind the head; an answer with fewer has broken off.", schema = @Schema(type = "integer", example = "2880")), content = @Content(mediaType = "text/csv", schema = @Schema(type = "string", example = "time,temperature\\n2026-03-01T12:00:00Z,21.5"))))
    void table(TenantScope scope,
            @Parameter(description = "Ids, 1 to 1000, in the order of the columns.", example = "17,18") @RequestParam(required = false) @Nullable List<Long> series,
            @Parameter(description = "In place of series: a canonical key without its field; all series that are fields of it, in the order of their names.", example = "default/replay/ETTh1") @RequestParam(required = false) @Nullable String fieldsOf,
            @Parameter(description = "Inclusive. " + Times.SYNTAX, example = "-30d") @RequestParam(required = false) @Nullable String from,
            @Parameter(description = "Exclusive. "
                    + Times.SYNTAX, example = "2026-03-01T12:00:00Z") @RequestParam(required = false) @Nullable String to,
            @Parameter(description = "Distance of two rows; without it the usual one of the newest points of the first series.", example = "15m") @RequestParam(required = false) @Nullable String step,
            HttpServletResponse response) throws IOException {
        TableColumns.Table table = tables.of(scope, series, fieldsOf);
        List<Long> ids = table.columns().stream().map(RowQueries.Column::series).toList();
        Long start = Times.parse("from", from, () -> newestTime(ids));
        Long end = Times.parse("to", to, () -> newestTime(ids));
        TimeSpan span = new TimeSpan(start == null ? Long.MIN_VALUE : start, end == null ? Long.MAX_VALUE : end);
        if (span.from() > span.to()) {
            throw ProblemException.badParameter("from", "a time before to", from == null ? "" : from);
        }
        Long asked = step == null ? null : (Long) Times.duration("step", step);
        List<TimeSpan> extents = ids.stream().flatMap(id -> points.extent(id, span).stream()).toList();
        Rows wanted = extents.isEmpty() ? null : rows(ids, asked, span, extents);
        if (wanted != null && wanted.count > MOST_VALUES / table.columns().size()) {
            throw ProblemException.badParameter("step",
                    "one that gives at most " + MOST_VALUES + " values, or a shorter time than from " + wanted.time(0) + " to "
                            + wanted.time(wanted.count - 1),
                    (asked == null ? "absent, for which the usual distance of points was taken, " : "") + wanted.grid.stepNanos() / 1e9
                            + "s");
        }
        response.setContentType("text/csv; charset=utf-8");
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION,
                ContentDisposition.attachment().filename(table.name() + ".csv", StandardCharsets.UTF_8).build().toString());
        response.setHeader(ROWS, Long.toString(wanted == null ? 0 : wanted.count));
        write(table, wanted, response.getOutputStream());
    }

    /** Rows of a table, from the first on. */
    private record Rows(RowGrid grid, long first, long count) {
        String time(long row) {
            return Times.text(grid.time(first + row));
        }
    }

    /** Of the first series that has a point. */
    private Optional<Long> newestTime(List<Long> series) {
        return series.stream().flatMap(id -> points.newestTime(id).stream()).findFirst();
    }

    private Rows rows(List<Long> series, @Nullable Long asked, TimeSpan span, List<TimeSpan> extents) {
        long from = extents.stream().mapToLong(TimeSpan::from).min().orElseThrow();
        long to = extents.stream().mapToLong(TimeSpan::to).max().orElseThrow();
        long step = asked != null
                ? asked
                : series.stream().mapToLong(rows::usualDistance).filter(distance -> distance > 0).findFirst().orElse(0);
        if (step == 0) {
            throw ProblemException.badParameter("step", "one, because none of the series has two points", "absent");
        }
        RowGrid grid;
        try {
            grid = RowGrid.through(newestTime(series).orElse(to - 1), step);
        } catch (IllegalArgumentException e) {
            throw asked == null
                    ? ProblemException.badParameter("step",
                            "one from 1us to 366d, because points are usually nearer together or further apart",
                            "absent")
                    : ProblemException.badParameter("step", "1us to 366d", step + "ns");
        }
        long first = grid.row(from);
        long last = grid.row(to - 1);
        // A point may be nearer to a row that is not asked for.
        first += grid.time(first) < span.from() ? 1 : 0;
        last -= grid.time(last) >= span.to() ? 1 : 0;
        return new Rows(grid, first, Math.max(0, last - first + 1));
    }

    /** Nothing is closed: where the first rows cannot be read, the answer is still to become a problem. */
    private void write(TableColumns.Table table, @Nullable Rows wanted, OutputStream out) throws IOException {
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out, StandardCharsets.UTF_8);
        csv.writeRecord(Stream.concat(Stream.of(TableColumns.TIME), table.names().stream()).toList());
        int most = Math.max(1, VALUES_AT_ONCE / table.columns().size());
        for (long row = 0; wanted != null && row < wanted.count; row += most) {
            double[][] values = rows.values(wanted.grid, table.columns(), wanted.first + row, (int) Math.min(most, wanted.count - row));
            for (int r = 0; r < values.length; r++) {
                csv.writeRecord(Stream.concat(Stream.of(wanted.time(row + r)), Arrays.stream(values[r]).mapToObj(TableController::cell))
                        .toList());
            }
        }
        csv.flush();
    }

    private static String cell(double value) {
        return Double.isNaN(value) ? "" : Double.toString(value);
    }
}
