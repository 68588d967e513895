package io.longwave.model.group;

import io.longwave.db.group.Groups;
import io.longwave.db.group.Groups.Group;
import io.longwave.db.group.Groups.Member;
import io.longwave.db.group.Groups.State;
import io.longwave.model.forecast.Intervals;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.registry.OpenedModels;
import io.longwave.model.serving.Outlooks;
import io.longwave.series.Forecast;
import io.longwave.ssm.joint.JointModel;
import io.longwave.ssm.joint.JointState;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.wire.GroupForecastRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Forecasts of groups from the states that the last commits left: any instance makes them. */
@Component
class GroupForecasts {
    private final Groups groups;
    private final OpenedModels<JointModel> models;

    GroupForecasts(Groups groups, OpenedModels<JointModel> models) {
        this.groups = groups;
        this.models = models;
    }

    static RequestProblem unknown(String group) {
        return new RequestProblem(HttpStatus.NOT_FOUND, "unknown-group", "expected the name of a group but was " + group);
    }

    /** @throws RequestProblem if there is no such group, its model warms up, does not forecast or not so far */
    GroupForecastRequest.Answer forecast(GroupForecastRequest request) {
        double[] levels = Intervals.levels(request.levels());
        Group group = groups.find(request.group()).orElseThrow(() -> unknown(request.group()));
        JointModel model = models.get(group.model());
        if (model.longestHorizon() == 0) {
            throw new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "model-cannot-forecast",
                    "group: expected one whose model forecasts but " + model.id()
                            + " gives rows back, which says what is unusual and not what comes");
        }
        Integer asked = request.horizon();
        int horizon = asked == null ? model.longestHorizon() : asked;
        if (horizon < 1 || horizon > model.longestHorizon()) {
            throw new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "bad-horizon", "horizon: expected 1 to " + model.longestHorizon()
                    + " steps, which " + model.id() + " forecasts, but was " + horizon);
        }
        State state = groups.state(group.id(), model.stateFormat()).filter(left -> left.model().equals(model.id()))
                .orElseThrow(() -> warmingUp(group));
        List<Outlook> outlooks = outlooks(model, state, horizon, levels, group);
        if (outlooks == null) {
            throw warmingUp(group);
        }
        List<Member> members = groups.members(group.id(), 0);
        List<Forecast> forecasts = new ArrayList<>();
        for (int v = 0; v < members.size(); v++) {
            Outlook outlook = Outlooks.inside(outlooks.get(v), members.get(v).kind());
            forecasts.add(new Forecast(members.get(v).key(), model.id(), group.grid().time(state.nextRow() - 1), outlook.stepNanos(),
                    Intervals.mean(outlook), Intervals.of(outlook, levels)));
        }
        return new GroupForecastRequest.Answer(forecasts);
    }

    private static @Nullable List<Outlook> outlooks(JointModel model, State state, int horizon, double[] levels, Group group) {
        JointState read;
        try {
            read = model.readState(state.bytes());
        } catch (IllegalArgumentException e) {
            return null; // whoever judges the next row begins anew
        }
        return read.forecast(horizon, levels, group.grid().stepNanos());
    }

    private static RequestProblem warmingUp(Group group) {
        return new RequestProblem(HttpStatus.CONFLICT, "warming-up",
                "the model needs more rows of group " + group.name() + " in which its series have values");
    }
}
