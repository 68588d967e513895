package io.longwave.db.sequence;

import java.time.Duration;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** States of sequences. Methods run in the caller's transaction, so a request goes on with a sequence from where the one before it left it, whichever instance it came to. */
public final class Sequences {
    /** Longest wait for a sequence with which another request goes on. */
    private static final String LONGEST_WAIT = "5s";
    /** Between two statements a model steps; a process that hangs meanwhile must not keep the sequence. */
    private static final String LONGEST_PASS = "2min";
    private static final String THE_ONE = " where tenant = :tenant and model = :model and name = :name";

    private final JdbcClient jdbc;

    public Sequences(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Which sequence.
     *
     * @param tenant empty for those of nobody
     */
    public record Key(String tenant, String model, String name) {}

    /**
     * Where a sequence is.
     *
     * @param stepNanos distance of two values
     * @param nextNanos time of the value that comes next
     * @param format of the state
     * @param profile numeric profile whose bits it carries
     * @param state owned by the receiver
     */
    @SuppressWarnings("ArrayRecordComponent") // read and written, never compared
    public record Progress(long stepNanos, long nextNanos, int format, String profile, byte[] state) {}

    /** Where a sequence is, locked until the transaction ends; empty if it is not known. */
    public Optional<Progress> locked(Key key) {
        jdbc.sql("select set_config('lock_timeout', ?, true) || set_config('idle_in_transaction_session_timeout', ?, true)")
                .params(LONGEST_WAIT, LONGEST_PASS).query(String.class).single();
        return jdbc.sql("select step, next_time, format, profile, state from sequence_state" + THE_ONE + " for update")
                .param("tenant", key.tenant).param("model", key.model).param("name", key.name)
                .query((row, _) -> new Progress(row.getLong("step"), row.getLong("next_time"), row.getInt("format"),
                        row.getString("profile"),
                        row.getBytes("state")))
                .optional();
    }

    /** Writes where a sequence is, new or known. */
    public void write(Key key, Progress progress) {
        // When it was touched is told by the minute, so that most writes touch no index.
        jdbc.sql(
                """
                        insert into sequence_state (tenant, model, name, step, next_time, format, profile, state)
                        values (:tenant, :model, :name, :step, :next, :format, :profile, :state)
                        on conflict (tenant, model, name) do update set step = excluded.step, next_time = excluded.next_time, format = excluded.format,
                            profile = excluded.profile, state = excluded.state,
                            touched_at = case when sequence_state.touched_at < now() - interval '1 min' then now() else sequence_state.touched_at end""")
                .param("tenant", key.tenant)
                .param("model", key.model).param("name", key.name).param("step", progress.stepNanos).param("next", progress.nextNanos)
                .param("format", progress.format).param("profile", progress.profile).param("state", progress.state).update();
    }

    /** Forgets a sequence. */
    public void delete(Key key) {
        jdbc.sql("delete from sequence_state" + THE_ONE).param("tenant", key.tenant).param("model", key.model).param("name", key.name)
                .update();
    }

    /** Forgets some of the sequences with which nobody has gone on for so long; those that are in use are left. */
    public int deleteIdle(Duration idle, int most) {
        return jdbc.sql("""
                delete from sequence_state where ctid = any (array(select ctid from sequence_state
                    where touched_at < now() - make_interval(secs => :idle) order by touched_at limit :most for update skip locked))""")
                .param("idle", idle.toMillis() / 1e3).param("most", most).update();
    }

    /** How many sequences a tenant has. */
    public long count(String tenant) {
        return jdbc.sql("select count(*) from sequence_state where tenant = ?").param(tenant).query(Long.class).single();
    }
}
