package io.longwave.model.group;

import io.longwave.db.group.Groups;
import io.longwave.db.group.Groups.Anomaly;
import io.longwave.db.group.Groups.Group;
import io.longwave.db.group.Groups.Member;
import io.longwave.db.group.Groups.NewRow;
import io.longwave.db.group.RowGrid;
import io.longwave.model.anomaly.AnomalyProperties;
import io.longwave.model.anomaly.IncidentRules;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.registry.OpenedModels;
import io.longwave.ssm.joint.JointModel;
import io.longwave.ssm.joint.JointState;
import io.longwave.ssm.joint.JointState.RowJudgement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Judges the rows of groups, a few in one transaction: the group is locked, its points are read, the rows judged and written with the state they left, all or nothing. Instances share the work by
 * the locks of groups; one that is killed leaves its group where it was.
 */
@Component
class GroupWorker implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(GroupWorker.class);
    private static final long PATIENCE_SECONDS = 10;
    private static final int STATES = 256;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final Groups groups;
    private final OpenedModels<JointModel> models;
    private final TransactionTemplate transaction;
    private final GroupProperties properties;
    private final IncidentRules rules;
    private final Counter judged;
    private final Counter incomplete;
    private final ScheduledExecutorService working = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("groups").factory());
    private volatile boolean stopping;
    // Used by that thread only:
    private final LinkedHashMap<Long, Left> states = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Long, Long> pausedUntil = new HashMap<>();

    GroupWorker(Groups groups, OpenedModels<JointModel> models, TransactionTemplate transaction, GroupProperties properties,
            AnomalyProperties anomalies, MeterRegistry meters) {
        this.groups = groups;
        this.models = models;
        this.transaction = transaction;
        this.properties = properties;
        this.rules = anomalies.rules();
        this.judged = Counter.builder("longwave.groups.rows").description("rows of groups that were judged and stored").register(meters);
        this.incomplete = Counter.builder("longwave.groups.rows.incomplete")
                .description("rows among them in which a series had no value").register(meters);
    }

    /** The state that a transaction left. */
    private record Left(long revision, JointState state) {}

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        long pause = properties.look().toMillis();
        working.scheduleWithFixedDelay(this::work, 0, pause, TimeUnit.MILLISECONDS);
    }

    /** Says that there is work. */
    void wake() {
        if (!stopping) {
            working.execute(this::work);
        }
    }

    @Override
    public void destroy() throws InterruptedException {
        stopping = true;
        working.shutdown();
        if (!working.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            working.shutdownNow(); // what it has taken is rolled back and done at the next start
        }
    }

    private void work() {
        try {
            List<Long> ids = groups.ids();
            states.keySet().retainAll(ids);
            pausedUntil.keySet().retainAll(ids);
            List<Long> behind = new ArrayList<>(ids);
            while (!behind.isEmpty()) {
                behind.removeIf(id -> stopping || !goOn(id)); // each in its turn, so that one far behind keeps no other waiting
            }
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("groups stay where they are for now: {}", e.toString());
        } catch (RuntimeException | Error e) { // thrown further, it would end all work for good, and silently
            LOG.error("groups stay where they are for now", e);
        }
    }

    /** Judges some rows of a group; false if it has none left for now. A group that cannot go on keeps no other from it. */
    private boolean goOn(long id) {
        Long until = pausedUntil.get(id);
        if (until != null && System.nanoTime() - until < 0) {
            return false;
        }
        pausedUntil.remove(id);
        try {
            return Boolean.TRUE.equals(transaction.execute(_ -> judgeSome(id)));
        } catch (RequestProblem e) {
            return pause(id, String.valueOf(e.getMessage()));
        } catch (TransactionException | DataAccessResourceFailureException e) {
            throw e; // no other group would get further
        } catch (DataAccessException e) {
            LOG.warn("group {} stays where it is for now", id, e);
            return pause(id, "failed at the database; the log of the service says why");
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("group {} failed in the program itself", id, e);
            return pause(id, e instanceof OutOfMemoryError
                    ? "the service has not enough memory for its model"
                    : "failed in the program itself; the log of the service says why");
        }
    }

    private boolean pause(long id, String problem) {
        states.remove(id);
        pausedUntil.put(id, System.nanoTime() + PAUSE_NANOS);
        groups.problem(id, problem);
        return false;
    }

    private boolean judgeSome(long id) {
        Group group = groups.take(id).orElse(null);
        if (group == null) {
            return false;
        }
        List<Member> members = groups.members(id);
        long last = CompleteRows.last(group.grid(), members, properties.patience());
        if (last < group.nextRow()) {
            return false;
        }
        JointModel model = models.get(group.model());
        if (model.columns().size() != members.size()) {
            return pause(id, "expected a model of " + members.size() + " series but " + model.id() + " is of " + model.columns());
        }
        JointState state = state(group, model);
        long ahead = last - group.nextRow(); // negative where it does not fit, which is far ahead, too
        int count = ahead < 0 || ahead >= properties.rows() ? properties.rows() : (int) ahead + 1;
        double[][] values = groups.values(group, members.size(), group.nextRow(), count);
        long next = group.nextRow() + count;
        if (Arrays.stream(values).flatMapToDouble(Arrays::stream).allMatch(Double::isNaN)) {
            OptionalLong time = groups.nextTime(id, group.grid().start(next));
            next = time.isPresent() ? Math.min(last + 1, group.grid().row(time.getAsLong())) : last + 1;
            state.skip(next - group.nextRow());
        } else {
            write(group, members, values, state.step(values));
        }
        groups.advance(id, next, model.stateFormat(), state.write());
        keep(id, new Left(group.revision() + 1, state));
        return next <= last;
    }

    /** A state of its own: what was kept is what the last commit left. */
    private JointState state(Group group, JointModel model) {
        Left left = states.get(group.id());
        if (left != null && left.revision == group.revision()) {
            return left.state.copy();
        }
        try {
            return groups.state(group.id(), model.stateFormat()).map(stored -> model.readState(stored.bytes())).orElseGet(model::newState);
        } catch (IllegalArgumentException e) {
            LOG.warn("group {} begins anew: {}", group.name(), e.getMessage());
            return model.newState();
        }
    }

    /** Of a transaction that is rolled back after all, the revision fits no later one. */
    private void keep(long id, Left left) {
        states.put(id, left);
        if (states.size() > STATES) {
            states.pollFirstEntry();
        }
    }

    private void write(Group group, List<Member> members, double[][] values, List<@Nullable RowJudgement> judgements) {
        List<NewRow> rows = new ArrayList<>();
        RowGrid grid = group.grid();
        JointIncident incident = new JointIncident(group, rules, groups.lasting(group.id()).orElse(null));
        for (int r = 0; r < judgements.size(); r++) {
            RowJudgement judgement = judgements.get(r);
            long row = group.nextRow() + r;
            if (judgement == null || row < group.scoredFrom()) {
                continue;
            }
            double[] expected = judgement.expected().clone();
            for (int v = 0; v < expected.length; v++) {
                expected[v] = Math.max(expected[v], members.get(v).kind().least());
            }
            rows.add(new NewRow(grid.time(row), judgement.score(), expected, judgement.contribution()));
            Anomaly ended = incident.after(grid.time(row), judgement);
            if (ended != null) {
                groups.write(group.id(), ended);
            }
            judged.increment();
            if (Arrays.stream(values[r]).anyMatch(Double::isNaN)) {
                incomplete.increment();
            }
        }
        groups.write(group.id(), group.model(), rows);
        Anomaly lasting = incident.lasting();
        if (lasting != null) {
            groups.write(group.id(), lasting);
        }
    }
}
