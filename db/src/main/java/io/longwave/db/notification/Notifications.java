package io.longwave.db.notification;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A queue of anomalies for each destination that is to be told of them, at least once. A row says that an anomaly has changed; how it stands is read when its turn comes, so an anomaly is at most once in
 * a queue, and never told as it was before something that was told already. Each method is a transaction of its own unless the caller has one.
 */
public final class Notifications {
    private static final String SAME = " and n.revision = taken.revision";

    private final JdbcClient jdbc;

    public Notifications(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * An anomaly that a destination is to be told of.
     *
     * @param anomaly id
     * @param ofGroup whether it is one of a group
     * @param revision of the row when it was taken
     */
    public record Pending(String anomaly, boolean ofGroup, int revision) {}

    /**
     * Puts what has begun or ended in the queues, some of it, oldest first.
     *
     * @param destinations names; without any, nobody is told
     * @return how many changes that were; at most {@code most}
     */
    public int share(Collection<String> destinations, int most) {
        // Ordered, so that two who do so lock the same rows in the same order.
        return jdbc.sql(
                """
                        with taken as (delete from anomaly_change where id = any (array(
                                select id from anomaly_change order by id limit :most for update skip locked)) returning anomaly, of_group),
                            put as (insert into notification (destination, anomaly, of_group)
                                select distinct destination, anomaly, of_group from taken cross join unnest(:destinations::text[]) as asked (destination)
                                order by destination, anomaly
                                on conflict (destination, anomaly) do update set revision = notification.revision + 1, due = now())
                        select count(*) from taken""")
                .param("most", most).param("destinations", destinations.toArray(String[]::new)).query(Integer.class).single();
    }

    /**
     * Takes those that are due, those first that are due for longest.
     *
     * @param lease until then nobody else is given them
     */
    public List<Pending> take(String destination, int most, Duration lease) {
        return jdbc.sql(
                """
                        update notification n set leased_until = now() + make_interval(secs => :lease)
                        from (select anomaly from notification where destination = :destination and due <= now() and leased_until <= now()
                            order by due limit :most for update skip locked) ready
                        where n.destination = :destination and n.anomaly = ready.anomaly returning n.anomaly, n.of_group, n.revision""")
                .param("destination", destination).param("most", most).param("lease", seconds(lease))
                .query((row, _) -> new Pending(row.getString("anomaly"), row.getBoolean("of_group"), row.getInt("revision"))).list();
    }

    /** Those taken that nobody need be told of again; what has changed meanwhile stays. */
    public void done(String destination, List<Pending> taken) {
        update("delete from notification n using", SAME, destination, taken, Duration.ZERO);
        giveBack(destination, taken);
    }

    /** Those taken that are to be looked at again after a time; what has changed meanwhile, at once. */
    public void again(String destination, List<Pending> taken, Duration after) {
        update("update notification n set due = now() + make_interval(secs => :after) from", SAME, destination, taken, after);
        giveBack(destination, taken);
    }

    /** Those taken that could not be told: they stay due. */
    public void giveBack(String destination, List<Pending> taken) {
        update("update notification n set leased_until = '-infinity' from", "", destination, taken, Duration.ZERO);
    }

    /** How many anomalies a destination is still to be told of; those that were told and will be again are not counted. */
    public long waiting(String destination) {
        return jdbc.sql("select count(*) from notification where destination = ? and due <= now()").param(destination).query(Long.class)
                .single();
    }

    /** Deletes what nobody will tell: rows of other destinations that are due for so long. */
    public int deleteOthers(Collection<String> destinations, Duration due) {
        return jdbc.sql("delete from notification where destination <> all (:destinations::text[])"
                + " and due < now() - make_interval(secs => :due)")
                .param("destinations", destinations.toArray(String[]::new)).param("due", seconds(due)).update();
    }

    private void update(String statement, String condition, String destination, List<Pending> taken, Duration after) {
        if (!taken.isEmpty()) {
            jdbc.sql(statement + " unnest(:anomalies::text[], :revisions::integer[]) as taken (anomaly, revision)"
                    + " where n.destination = :destination and n.anomaly = taken.anomaly" + condition)
                    .param("destination", destination).param("anomalies", taken.stream().map(Pending::anomaly).toArray(String[]::new))
                    .param("revisions", taken.stream().map(Pending::revision).toArray(Integer[]::new)).param("after", seconds(after))
                    .update();
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }
}
