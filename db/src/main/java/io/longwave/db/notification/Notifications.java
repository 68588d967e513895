package io.longwave.db.notification;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A queue of anomalies for each destination that is to be told of them, at least once. A row says that an anomaly has changed; how it stands is read when its turn comes, so an anomaly is at most once in
 * a queue. Whoever takes rows has them until a lease ends, and says then what becomes of them. Each method is a transaction of its own unless the caller has one.
 */
public final class Notifications {
    /** Rows that were taken and are still leased, locked in the order in which {@link #share} locks them. */
    private static final String LEASED = """
            with leased as materialized (
                select n.anomaly, n.change = taken.change as same
                from notification n join unnest(:anomalies::text[], :changes::bigint[]) as taken (anomaly, change) on taken.anomaly = n.anomaly
                where n.destination = :destination and n.leased_until = :until order by n.anomaly for update of n)
            """;
    private static final String OF_LEASED = " where n.destination = :destination and n.anomaly = leased.anomaly";
    private static final String DUE_AGAIN = "due = case when same then coalesce(now() + make_interval(secs => :after::float8), 'infinity') else n.due end,"
            + " leased_until = '-infinity' from leased" + OF_LEASED;

    private final JdbcClient jdbc;

    public Notifications(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * An anomaly that a destination is to be told of.
     *
     * @param anomaly id
     * @param ofGroup whether it is one of a group
     * @param change number of its last change when it was taken
     * @param told whether the destination knows that it has begun
     */
    public record Pending(String anomaly, boolean ofGroup, long change, boolean told) {}

    /**
     * What was taken from the queue of a destination.
     *
     * @param until end of the lease, the same for all: what is said of them later counts for nothing
     */
    public record Taken(String destination, OffsetDateTime until, List<Pending> anomalies) {
        public Taken {
            anomalies = List.copyOf(anomalies);
        }
    }

    /**
     * Puts what has begun or ended in the queues, some of it, oldest first.
     *
     * @param destinations names; without any, nobody is told
     * @return how many changes that were; at most {@code most}
     */
    public int share(Collection<String> destinations, int most) {
        return jdbc.sql(
                """
                        with changed as (delete from anomaly_change where id = any (array(
                                select id from anomaly_change order by id limit :most for update skip locked)) returning id, anomaly, of_group),
                            put as (insert into notification (destination, anomaly, of_group, change)
                                select destination, anomaly, of_group, max(id) from changed cross join unnest(:destinations::text[]) as asked (destination)
                                group by destination, anomaly, of_group order by destination, anomaly
                                on conflict (destination, anomaly) do update set change = greatest(notification.change, excluded.change), due = now(), changed_at = now())
                        select count(*) from changed""")
                .param("most", most).param("destinations", destinations.toArray(String[]::new)).query(Integer.class).single();
    }

    /** Puts what lasts in the queue of a destination that may not have heard of it. */
    public void shareLasting(String destination) {
        jdbc.sql("""
                insert into notification (destination, anomaly, of_group, change)
                select :destination, id, of_group, 0 from (
                    select id, false as of_group from anomaly where end_time is null
                    union all select id, true from group_anomaly where end_time is null) lasting
                order by id on conflict do nothing""").param("destination", destination).update();
    }

    /**
     * Takes those that are due, those first that are due for longest.
     *
     * @param lease how long nobody else is given them
     */
    public Taken take(String destination, int most, Duration lease) {
        AtomicReference<OffsetDateTime> until = new AtomicReference<>(OffsetDateTime.MIN);
        List<Pending> anomalies = jdbc.sql(
                """
                        with ready as materialized (select anomaly from notification where destination = :destination and due <= now() and leased_until <= now()
                            order by due limit :most for update skip locked)
                        update notification n set leased_until = now() + make_interval(secs => :lease) from ready
                        where n.destination = :destination and n.anomaly = ready.anomaly returning n.anomaly, n.of_group, n.change, n.told, n.leased_until""")
                .param("destination", destination).param("most", most).param("lease", seconds(lease))
                .query((row, _) -> {
                    until.set(row.getObject("leased_until", OffsetDateTime.class));
                    return new Pending(row.getString("anomaly"), row.getBoolean("of_group"), row.getLong("change"), row.getBoolean("told"));
                })
                .list();
        return new Taken(destination, until.get(), anomalies);
    }

    /** Nobody need be told of these any more; what has changed meanwhile stays, and is due. */
    public void done(Taken taken, List<Pending> which) {
        settle("""
                , gone as (delete from notification n using leased where n.destination = :destination and n.anomaly = leased.anomaly and leased.same)
                update notification n set leased_until = '-infinity' from leased"""
                + OF_LEASED + " and not leased.same", taken, which, null);
    }

    /**
     * These stay in the queue, and the destination knows that they have begun.
     *
     * @param after when they are due again; null when they change. What has changed meanwhile is due at once
     */
    public void told(Taken taken, List<Pending> which, @Nullable Duration after) {
        settle("update notification n set told = true, " + DUE_AGAIN, taken, which, after);
    }

    /** These are to be looked at again after a time; what has changed meanwhile, at once. */
    public void again(Taken taken, List<Pending> which, Duration after) {
        settle("update notification n set " + DUE_AGAIN, taken, which, after);
    }

    /** These could not be told now: they stay due. */
    public void giveBack(Taken taken, List<Pending> which) {
        settle("update notification n set leased_until = '-infinity' from leased" + OF_LEASED, taken, which, null);
    }

    private void settle(String statement, Taken taken, List<Pending> which, @Nullable Duration after) {
        if (!which.isEmpty()) {
            jdbc.sql(LEASED + statement).param("destination", taken.destination).param("until", taken.until)
                    .param("anomalies", which.stream().map(Pending::anomaly).toArray(String[]::new))
                    .param("changes", which.stream().map(Pending::change).toArray(Long[]::new))
                    .param("after", after == null ? null : seconds(after)).update();
        }
    }

    /** How many anomalies are due in the queue of a destination. */
    public long waiting(String destination) {
        return jdbc.sql("select count(*) from notification where destination = ? and due <= now()").param(destination).query(Long.class)
                .single();
    }

    /**
     * Deletes what nobody will tell: of anomalies that are no more, and of other destinations.
     *
     * @param after how long ago those of other destinations must have changed
     */
    public int deleteOthers(Collection<String> destinations, Duration after) {
        return jdbc.sql("""
                delete from notification n where leased_until <= now() and (
                    destination <> all (:destinations::text[]) and changed_at < now() - make_interval(secs => :after)
                    or due = 'infinity' and not exists (select from anomaly where id = n.anomaly)
                        and not exists (select from group_anomaly where id = n.anomaly))""")
                .param("destinations", destinations.toArray(String[]::new)).param("after", seconds(after)).update();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }
}
