package io.longwave.model.group;

import io.longwave.db.group.Groups;
import io.longwave.db.group.Groups.Anomaly;
import io.longwave.db.group.Groups.Group;
import io.longwave.db.group.Groups.Member;
import io.longwave.db.group.Groups.NewRow;
import io.longwave.db.point.RowGrid;
import io.longwave.model.anomaly.AnomalyProperties;
import io.longwave.model.anomaly.IncidentRules;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.registry.OpenedModels;
import io.longwave.ssm.joint.JointModel;
import io.longwave.ssm.joint.JointState;
import io.longwave.ssm.joint.JointState.RowJudgement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
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
import org.springframework.dao.PessimisticLockingFailureException;
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
    private static final Duration PAUSE = Duration.ofSeconds(15);
    /** What a transaction should take at most, so that whoever asks for the group need not wait long. */
    private static final Duration LONG = Duration.ofSeconds(2);

    private final Groups groups;
    private final OpenedModels<JointModel> models;
    private final TransactionTemplate transaction;
    private final GroupProperties properties;
    private final IncidentRules rules;
    private final Counter judged;
    private final Counter incomplete;
    private final ScheduledExecutorService working = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("groups").factory());
    private final Map<Long, Paused> paused = new ConcurrentHashMap<>();
    // Used by that thread only:
    private final Map<Long, Integer> most = new HashMap<>(); // rows in one transaction
    private final Map<Long, Silence> silences = new HashMap<>();
    private volatile boolean stopping;

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
        Gauge.builder("longwave.groups.stopped", paused, Map::size).description("groups that do not go on; each says why")
                .register(meters);
    }

    /** A group that could not go on from a revision; another one may. */
    private record Paused(long revision, long untilNanos) {}

    /** What a transaction has done. */
    private record Done(boolean more, int rows, int without) {
        static final Done NOTHING = new Done(false, 0, 0);
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        long pause = properties.look().toMillis();
        working.scheduleWithFixedDelay(this::work, 0, pause, TimeUnit.MILLISECONDS);
    }

    /** Says that there is work. */
    void wake() {
        try {
            working.execute(this::work);
        } catch (RejectedExecutionException e) {
            LOG.debug("whoever runs next does it", e); // the service stops
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
            boolean more = true;
            while (more && !stopping) {
                // Each group in its turn, those that had nothing left a moment ago and new ones too, so that one far behind keeps no other waiting.
                more = false;
                List<Long> ids = groups.ids();
                paused.keySet().retainAll(ids);
                most.keySet().retainAll(ids);
                silences.keySet().retainAll(ids);
                for (long id : ids) {
                    more |= !stopping && goOn(id);
                }
            }
        } catch (DataAccessException e) {
            LOG.warn("groups stay where they are for now: {}", e.toString());
        } catch (RuntimeException | Error e) { // thrown further, it would end all work for good, and silently
            LOG.error("groups stay where they are for now", e);
        }
    }

    /** Judges some rows of a group; whether it has more. A group that cannot go on keeps no other from it. */
    private boolean goOn(long id) {
        Group group = groups.find(id).orElse(null);
        Paused pause = paused.get(id);
        if (group == null
                || pause != null && pause.revision == group.revision() && System.nanoTime() - pause.untilNanos < 0) {
            return false;
        }
        try {
            // Looked at without a lock first: most groups have no new row most of the time.
            if (complete(group, groups.members(id, properties.patience())) < group.nextRow()) {
                return false;
            }
            int rows = most.getOrDefault(id, properties.rows());
            long started = System.nanoTime();
            Done done = Objects.requireNonNull(transaction.execute(_ -> judgeSome(id, rows)));
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            most.put(id, took.compareTo(LONG) > 0 ? Math.max(1, rows / 2) : Math.min(properties.rows(), 2 * rows));
            judged.increment(done.rows);
            incomplete.increment(done.without);
            paused.remove(id);
            return done.more;
        } catch (RequestProblem e) {
            stop(group, String.valueOf(e.getMessage()));
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("group {} stays where it is for now", group.name(), e);
            most.put(id, Math.max(1, most.getOrDefault(id, properties.rows()) / 2)); // it may have taken too long
            stop(group, "failed at the database; the log of the service says why");
        } catch (RuntimeException | Error e) {
            LOG.error("group {} failed in the program itself", group.name(), e);
            stop(group, e instanceof OutOfMemoryError
                    ? "the service has not enough memory for its model"
                    : "failed in the program itself; the log of the service says why");
        }
        return false;
    }

    /** @throws DataAccessException if the database is away: no other group would get further */
    private void stop(Group group, String problem) {
        paused.put(group.id(), new Paused(group.revision(), System.nanoTime() + PAUSE.toNanos()));
        try {
            transaction.executeWithoutResult(_ -> groups.problem(group, problem));
        } catch (PessimisticLockingFailureException e) {
            LOG.debug("another instance has group {}", group.name(), e);
        } catch (TransactionException e) {
            throw new DataAccessResourceFailureException("no transaction", e);
        }
    }

    private long complete(Group group, List<Member> members) {
        boolean[] silent = silences.computeIfAbsent(group.id(), _ -> new Silence(members.size())).after(members, System.nanoTime(),
                properties.silence());
        return CompleteRows.last(group.grid(), members, silent, properties.patience());
    }

    private Done judgeSome(long id, int most) {
        Group group = groups.take(id).orElse(null);
        if (group == null) {
            return Done.NOTHING;
        }
        List<Member> members = groups.members(id, properties.patience());
        long last = complete(group, members);
        if (last < group.nextRow()) {
            return Done.NOTHING;
        }
        JointModel model = models.get(group.model());
        JointState state = state(group, model);
        int count = (int) Math.min(most, last - group.nextRow() + 1);
        double[][] values = groups.values(group, members, group.nextRow(), count);
        long next = group.nextRow() + count;
        int stored = 0;
        int without = 0;
        if (Arrays.stream(values).flatMapToDouble(Arrays::stream).allMatch(Double::isNaN)) {
            OptionalLong time = groups.nextTime(id, group.grid().start(next));
            next = time.isPresent() ? Math.min(last + 1, group.grid().row(time.getAsLong())) : last + 1;
            state.skip(next - group.nextRow());
        } else {
            List<NewRow> rows = write(group, members, state.step(values));
            stored = rows.size();
            without = (int) rows.stream().filter(row -> Arrays.stream(row.expected()).anyMatch(Double::isNaN)).count();
        }
        groups.advance(id, next, model.stateFormat(), state.write());
        return new Done(next <= last, stored, without);
    }

    private JointState state(Group group, JointModel model) {
        try {
            return groups.state(group.id(), model.stateFormat()).map(stored -> model.readState(stored.bytes())).orElseGet(model::newState);
        } catch (IllegalArgumentException e) {
            LOG.warn("group {} begins anew: {}", group.name(), e.getMessage());
            return model.newState();
        }
    }

    /** Writes what came of rows; those that are stored. */
    private List<NewRow> write(Group group, List<Member> members, List<@Nullable RowJudgement> judgements) {
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
        }
        groups.write(group.id(), group.model(), rows);
        Anomaly lasting = incident.lasting();
        if (lasting != null) {
            groups.write(group.id(), lasting);
        }
        return rows;
    }
}
