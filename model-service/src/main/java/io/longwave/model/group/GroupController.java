package io.longwave.model.group;

import io.longwave.db.group.Groups;
import io.longwave.db.group.Groups.Definition;
import io.longwave.db.group.Groups.Group;
import io.longwave.db.group.Groups.Member;
import io.longwave.db.point.RowGrid;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.registry.OpenedModels;
import io.longwave.ssm.joint.JointModel;
import io.longwave.wire.GroupForecastRequest;
import io.longwave.wire.GroupRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
class GroupController {
    private final Groups groups;
    private final OpenedModels<JointModel> models;
    private final TransactionTemplate transaction;
    private final GroupProperties properties;
    private final GroupForecasts forecasts;
    private final GroupWorker worker;

    GroupController(Groups groups, OpenedModels<JointModel> models, TransactionTemplate transaction, GroupProperties properties,
            GroupForecasts forecasts, GroupWorker worker) {
        this.groups = groups;
        this.models = models;
        this.transaction = transaction;
        this.properties = properties;
        this.forecasts = forecasts;
        this.worker = worker;
    }

    @PostMapping(GroupRequest.PATH)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void define(@RequestBody GroupRequest request) {
        check(request);
        JointModel model = models.get(request.model());
        if (model.columns().size() != request.series().size()) {
            throw refused("bad-series", "series: expected " + model.columns().size() + ", one for each column of " + model.id() + ", "
                    + model.columns() + ", but was " + request.series().size());
        }
        transaction.executeWithoutResult(_ -> groups.locked(request.name())
                .ifPresentOrElse(group -> handOver(group, request, model), () -> create(request, model)));
        worker.wake();
    }

    @DeleteMapping(GroupRequest.PATH + "/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable long id) {
        if (!Boolean.TRUE.equals(transaction.execute(_ -> groups.remove(id)))) {
            throw GroupForecasts.unknown(Long.toString(id));
        }
    }

    @PostMapping(GroupForecastRequest.PATH)
    GroupForecastRequest.Answer forecast(@RequestBody GroupForecastRequest request) {
        return forecasts.forecast(request);
    }

    private static void check(GroupRequest request) {
        if (!GroupRequest.isName(request.name())) {
            throw refused("bad-name", "name: expected " + GroupRequest.NAME + " but was " + request.name());
        }
        if (request.series().isEmpty() || request.series().size() > GroupRequest.MAX_SERIES) {
            throw refused("bad-series", "series: expected 1 to " + GroupRequest.MAX_SERIES + " but was " + request.series().size());
        }
        request.series().forEach(RequestProblem::requireSeriesKey);
        HashSet<String> once = new HashSet<>();
        for (String key : request.series()) {
            if (!once.add(key)) {
                throw refused("bad-series", "series: expected each once but " + key + " comes twice");
            }
        }
    }

    private void handOver(Group group, GroupRequest request, JointModel model) {
        List<String> keys = groups.members(group.id(), 0).stream().map(Member::key).toList();
        if (!keys.equals(request.series())) {
            // Which they are is not said: whoever asks for these may not know of those.
            throw refused("name-taken", "name: expected one that no other series have, or the series of " + group.name()
                    + " in their order, but was " + request.series());
        }
        Long step = request.stepNanos();
        if (step != null && step != group.grid().stepNanos()) {
            throw refused("name-taken", "step: expected that of " + group.name() + ", " + group.grid().stepNanos() + " ns, but was " + step
                    + " ns; remove the group first");
        }
        if (!group.model().equals(model.id())) {
            groups.handOver(group.id(), model.id(), model.columns(), model.warmUpRows());
        }
    }

    private void create(GroupRequest request, JointModel model) {
        List<Member> members = groups.members(request.series(), properties.patience());
        if (members.size() < request.series().size()) {
            List<String> unknown = new ArrayList<>(request.series());
            unknown.removeAll(members.stream().map(Member::key).toList());
            throw new RequestProblem(HttpStatus.NOT_FOUND, "unknown-series", "expected series that have samples but was " + unknown);
        }
        long newest = members.stream().mapToLong(Member::newest).filter(time -> time != Long.MIN_VALUE).findFirst()
                .orElseThrow(() -> refused("bad-series", "series: expected some that have points but none of them has one"));
        RowGrid grid;
        try {
            grid = RowGrid.through(newest, step(request, model, members.getFirst()));
        } catch (IllegalArgumentException e) {
            throw refused("bad-step", String.valueOf(e.getMessage()));
        }
        Long from = request.fromNanos();
        boolean[] everyOne = new boolean[members.size()];
        Arrays.fill(everyOne, true); // whoever is late now is not waited for to say where the future begins
        long last = CompleteRows.last(grid, members, everyOne, properties.patience());
        long first = from != null ? grid.row(from) : last == Long.MIN_VALUE ? grid.row(newest) : last + 1;
        if (!groups.create(new Definition(request.name(), model.id(), model.columns(), request.series(), grid, first - model.warmUpRows(),
                first))) {
            throw RequestProblem.notReady("another request makes the group " + request.name());
        }
    }

    private static long step(GroupRequest request, JointModel model, Member first) {
        Long asked = request.stepNanos();
        if (asked != null) {
            return asked;
        }
        long usual = model.trainedStepNanos() > 0 ? model.trainedStepNanos() : first.distance();
        if (usual == 0) {
            throw refused("bad-step",
                    "step: expected one, because neither the data that " + model.id() + " was trained on nor the points of "
                            + first.key() + " say how far apart rows are, but was null");
        }
        return usual;
    }

    private static RequestProblem refused(String type, String detail) {
        return new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, type, detail);
    }
}
