package io.longwave.api.group;

import io.longwave.api.anomaly.AskedEvents;
import io.longwave.api.forecast.AskedLevels;
import io.longwave.api.forecast.ForecastView;
import io.longwave.api.model.KnownModels;
import io.longwave.api.modelservice.ModelService;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Limits;
import io.longwave.api.query.Page;
import io.longwave.api.query.Times;
import io.longwave.api.series.KnownSeries;
import io.longwave.db.group.GroupAnomalyFilter;
import io.longwave.db.group.GroupDescription;
import io.longwave.db.group.GroupDescription.Member;
import io.longwave.db.group.GroupQueries;
import io.longwave.db.point.TimeSpan;
import io.longwave.db.model.ModelRow;
import io.longwave.db.series.TenantScope;
import io.longwave.series.Forecast;
import io.longwave.series.SeriesKey;
import io.longwave.wire.GroupForecastRequest;
import io.longwave.wire.GroupRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/groups")
@Tag(name = "groups")
class GroupController {
    private static final String NEXT = "Where the page before ended: take it from the Link header.";
    private static final String TIMES = "RFC 3339, a number since the epoch in s, ms, us or ns (told apart by size), or a duration before the newest judged row (-1h).";
    private static final String[] TASKS = {"forecast", "reconstruct"};
    private static final int USUAL_ROWS = 1000;
    private static final int MOST_ROWS = 10_000;
    /** Of the arrays of an answer, each: rows times series. */
    private static final int MOST_VALUES = 1_000_000;
    private static final int MAX_HORIZON = 10_000;
    /** Each becomes an object of its own in the answer. */
    private static final int MOST_STEPS = 100_000;

    private final GroupQueries groups;
    private final KnownModels models;
    private final KnownSeries series;
    private final ModelService modelService;

    GroupController(GroupQueries groups, KnownModels models, KnownSeries series, ModelService modelService) {
        this.groups = groups;
        this.models = models;
        this.series = series;
        this.modelService = modelService;
    }

    @Schema(name = "GroupWanted", description = "Which model is to judge which series jointly.")
    record Wanted(
            @Schema(description = "Id of a registered model of task forecast or reconstruct.", example = "spacetime-plant-1") @Nullable String model,
            @ArraySchema(minItems = 1, maxItems = GroupRequest.MAX_SERIES, schema = @Schema(description = "Id (number) or canonical key (text), in the order of the model's columns, each series once.", oneOf = {
                    Long.class, String.class}, example = "17")) @Nullable List<Object> series,
            @Schema(description = "In place of series: a canonical key without its field, of which every column of the model is a field.", example = "default/replay/ETTh1") @Nullable String fieldsOf,
            @Schema(description = "Distance of two rows; without it that of the data the model was trained on, or of the first series.", example = "1m") @Nullable String step,
            @Schema(description = "Rows from this time on are judged: RFC 3339, or a number since the epoch as text; without it those that are yet to come.", example = "2026-03-01T00:00:00Z") @Nullable String from) {}

    @Schema(name = "GroupForecastQuestion", description = "What to forecast; every member may be left out.")
    record Question(
            @Schema(description = "Steps ahead, 1 to 10000; by default as many as the model forecasts.", example = "96") @Nullable Integer horizon,
            @Schema(description = "Interval levels in (0, 1), at most 10; 0.8 and 0.95 by default.", example = "[0.8, 0.95]") @Nullable List<Double> levels) {}

    @GetMapping
    @Operation(operationId = "findGroups", summary = "Groups, in the order of their names", description = "The Link header leads to the next page.")
    ResponseEntity<List<GroupView>> all(TenantScope scope,
            @Parameter(description = "Largest number of groups, 1 to 1000; 100 by default.") @RequestParam(required = false) @Nullable Integer limit,
            @Parameter(description = NEXT) @RequestParam(required = false) @Nullable String cursor) {
        int most = Limits.within("limit", limit, 100, 1, 1000);
        List<String> after = Page.read(cursor, 1);
        return Page.of(groups.find(scope, after == null ? null : after.getFirst(), most + 1), most, GroupView::of,
                row -> List.of(row.name()));
    }

    @GetMapping("/{name}")
    @Operation(operationId = "getGroup", summary = "One group")
    GroupView one(TenantScope scope, @PathVariable String name) {
        return GroupView.of(known(scope, name));
    }

    @PutMapping("/{name}")
    @Operation(operationId = "putGroup", summary = "Have series judged jointly", description = """
            A row is the values of all series at the same time. Each gets a score in [0, 1], and which series speak against it. Of several values
            in a row the last one counts. A row waits for all series, and for those that get no points for ten seconds only until half of them are two rows ahead. The same series and
            step with another model hands the group over to it, from where it is, whatever from says.""")
    GroupView put(TenantScope scope,
            @Parameter(description = "1 to 64 letters, digits, dots, underscores and hyphens, the first a letter or digit.", example = "plant") @PathVariable String name,
            @RequestBody Wanted wanted) {
        if (!GroupRequest.isName(name)) {
            throw ProblemException.badParameter("name",
                    "1 to 64 letters, digits, dots, underscores and hyphens, of which the first is a letter or digit", name);
        }
        String model = wanted.model();
        if (model == null) {
            throw ProblemException.badParameter("model", "the id of a registered model", "absent");
        }
        Long step = wanted.step() == null ? null : (Long) Times.duration("step", wanted.step());
        Long from = wanted.from() == null ? null : (Long) Times.absolute("from", wanted.from());
        List<Object> names = names(wanted, models.availableFor(model, TASKS));
        List<String> keys = series.keys(scope, names);
        if (keys.size() < names.size()) {
            throw ProblemException.badParameter("series", "each series once", names.size() + " names of " + keys.size() + " series");
        }
        if (!scope.isAll() && groups.byName(scope, name).isEmpty() && groups.byName(TenantScope.ALL, name).isPresent()) {
            throw ProblemException.badParameter("name", "one that no group of somebody else has", name);
        }
        modelService.group(new GroupRequest(name, model, keys, step, from));
        return GroupView.of(known(scope, name));
    }

    private List<Object> names(Wanted wanted, ModelRow model) {
        List<Object> names = wanted.series();
        String fieldsOf = wanted.fieldsOf();
        if (fieldsOf == null) {
            if (names == null || names.isEmpty() || names.size() > GroupRequest.MAX_SERIES || names.contains(null)) {
                throw ProblemException.badParameter("series", "1 to " + GroupRequest.MAX_SERIES + " ids or canonical keys",
                        names == null ? "absent" : names.size() > GroupRequest.MAX_SERIES ? names.size() : names);
            }
            return names;
        }
        if (names != null) {
            throw ProblemException.badParameter("series", "none beside fieldsOf", names);
        }
        try {
            SeriesKey some = SeriesKey.parse(fieldsOf + "#field");
            return models.columns(model).stream()
                    .map(column -> (Object) SeriesKey.of(some.tenant(), some.bucket(), some.measurement(), some.tags(), column).canonical())
                    .toList();
        } catch (IllegalArgumentException e) {
            throw ProblemException.badParameter("fieldsOf", "a canonical key without # and a field, such as default/replay/ETTh1",
                    fieldsOf + ": " + e.getMessage());
        }
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "removeGroup", summary = "Remove a group", description = """
            Its rows and anomalies go; its series stay as they are. The name is free at once, rows are deleted within hours.""")
    void remove(TenantScope scope, @PathVariable String name) {
        modelService.removeGroup(known(scope, name).id());
    }

    @GetMapping("/{name}/scores")
    @Operation(operationId = "getGroupScores", summary = "Judged rows of a group", description = """
            Ascending in time: the first limit rows from from on, or without it the newest. Rows are judged in order, each once. Where the score is high, the largest
            contributions tell which series speak against the row.""")
    ScoresView scores(TenantScope scope, @PathVariable String name,
            @Parameter(description = "Inclusive. " + TIMES, example = "-1h") @RequestParam(required = false) @Nullable String from,
            @Parameter(description = "Exclusive. "
                    + TIMES, example = "2026-03-01T12:00:00Z") @RequestParam(required = false) @Nullable String to,
            @Parameter(description = "Largest number of rows, 1 to 10000, and no more than 1000000 divided by the number of series; 1000 by default.") @RequestParam(required = false) @Nullable Integer limit) {
        GroupDescription group = known(scope, name);
        int members = group.members().size();
        int most = Limits.within("limit", limit, Math.min(USUAL_ROWS, MOST_VALUES / members), 1,
                Math.min(MOST_ROWS, MOST_VALUES / members));
        Supplier<Optional<Long>> newest = () -> Optional.ofNullable(group.judgedToNanos());
        Long start = Times.parse("from", from, newest);
        Long end = Times.parse("to", to, newest);
        TimeSpan span = new TimeSpan(start == null ? Long.MIN_VALUE : start, end == null ? Long.MAX_VALUE : end);
        if (span.from() > span.to()) {
            throw ProblemException.badParameter("from", "a time before to", from == null ? "" : from);
        }
        return ScoresView.of(group, start == null ? groups.newest(group.id(), span, most) : groups.first(group.id(), span, most));
    }

    @GetMapping("/{name}/anomalies")
    @Operation(operationId = "getGroupAnomalies", summary = "Anomalies of a group, newest start first", description = """
            Events that overlap the stretch of time. The Link header leads to the next page.""")
    ResponseEntity<List<GroupAnomalyView>> anomalies(TenantScope scope, @PathVariable String name,
            @Parameter(description = "Events that last until here or longer. "
                    + TIMES) @RequestParam(required = false) @Nullable String from,
            @Parameter(description = "Events that started before. " + TIMES) @RequestParam(required = false) @Nullable String to,
            @Parameter(description = "Only events whose peak scored at least this, 0 to 1.") @RequestParam(required = false) @Nullable Double minScore,
            @Parameter(description = "Largest number of events, 1 to 1000; 100 by default.") @RequestParam(required = false) @Nullable Integer limit,
            @Parameter(description = NEXT) @RequestParam(required = false) @Nullable String cursor) {
        AskedEvents asked = AskedEvents.of(minScore, limit, cursor);
        GroupDescription group = known(scope, name);
        Supplier<Optional<Long>> newest = () -> Optional.ofNullable(group.judgedToNanos());
        GroupAnomalyFilter filter = new GroupAnomalyFilter(group.id(), Times.parse("from", from, newest), Times.parse("to", to, newest),
                minScore);
        return Page.of(groups.anomalies(filter, asked.after(), asked.most() + 1), asked.most(), row -> GroupAnomalyView.of(group, row),
                row -> List.of(row.startNanos(), row.id()));
    }

    @GetMapping("/{name}/forecast")
    @Operation(operationId = "getGroupForecast", summary = "Forecast all series of a group jointly", description = """
            From the last judged row on, computed when asked, one forecast for each series in the order of the model's columns; series that were forgotten are left out. 409 while the
            model warms up; 400 where it does not forecast.""")
    List<ForecastView> forecast(TenantScope scope, @PathVariable String name,
            @Parameter(description = "Steps ahead, 1 to 10000, and no more than 100000 divided by the number of series; by default as many as the model forecasts.", example = "96") @RequestParam(required = false) @Nullable Integer horizon,
            @Parameter(description = "Interval levels in (0, 1), separated by commas, at most 10; 0.8,0.95 by default.", example = "0.8,0.95", schema = @Schema(type = "string")) @RequestParam(required = false) @Nullable String levels) {
        return forecasts(scope, name, horizon, levels == null ? null : AskedLevels.parse(levels));
    }

    @PostMapping("/{name}/forecast")
    @Operation(operationId = "postGroupForecast", summary = "The same with a JSON body")
    List<ForecastView> forecast(TenantScope scope, @PathVariable String name, @RequestBody Question question) {
        return forecasts(scope, name, question.horizon(), question.levels());
    }

    private List<ForecastView> forecasts(TenantScope scope, String name, @Nullable Integer horizon, @Nullable List<Double> levels) {
        Integer steps = horizon == null ? null : (Integer) Limits.within("horizon", horizon, 1, 1, MAX_HORIZON);
        List<Double> asked = AskedLevels.checked(levels);
        List<Member> members = known(scope, name).members();
        if (steps != null && (long) steps * members.size() > MOST_STEPS) {
            throw ProblemException.badParameter("horizon", "at most " + MOST_STEPS + " steps in the answer, which are series times horizon",
                    (long) steps * members.size());
        }
        Map<String, Long> ids = new HashMap<>();
        for (Member member : members) {
            Long id = member.series();
            if (id != null) {
                ids.put(member.key(), id);
            }
        }
        List<Forecast> forecasts = modelService.forecast(new GroupForecastRequest(name, steps, asked)).forecasts();
        long made = forecasts.stream().mapToLong(forecast -> forecast.mean().size()).sum();
        if (made > MOST_STEPS) {
            throw ProblemException.badParameter("horizon",
                    "one of at most " + MOST_STEPS / members.size() + " steps, because the answer is "
                            + members.size() + " series long and has at most " + MOST_STEPS,
                    "absent, which is " + forecasts.getFirst().mean().size());
        }
        List<ForecastView> views = new ArrayList<>();
        for (Forecast forecast : forecasts) {
            Long id = ids.get(forecast.series());
            if (id != null) {
                views.add(ForecastView.live(id, forecast));
            }
        }
        return views;
    }

    private GroupDescription known(TenantScope scope, String name) {
        return groups.byName(scope, name).orElseThrow(() -> ProblemException.unknownGroup(name));
    }
}
