package io.longwave.db.classification;

import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The work that jobs are: taken, done and finished by whichever process gets it first. Methods run in the caller's transaction, and a
 * recording that was taken is open again when that is rolled back, so a batch goes on after a kill where it was, and no recording is classified
 * twice.
 */
public final class ClassificationJobs {
    private final JdbcClient jdbc;

    public ClassificationJobs(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A new job without files.
     *
     * @param tenant whose it is; null where it is nobody's, and only those who see everything see it
     * @param classes of the model, in the order of its probabilities
     */
    public void create(UUID id, @Nullable String tenant, String model, List<String> classes) {
        jdbc.sql("insert into classification_job (id, tenant, model, classes) values (:id, :tenant, :model, :classes)").param("id", id)
                .param("tenant", tenant, Types.VARCHAR).param("model", model).param("classes", classes.toArray(String[]::new)).update();
    }

    /**
     * Keeps a file of a job until the job is finished.
     *
     * @return false if the job has a file of this name already
     */
    public boolean addFile(UUID job, String name, byte[] content) {
        return jdbc.sql("insert into classification_file (job, name, content) values (?, ?, ?) on conflict do nothing")
                .params(job, name, content).update() == 1;
    }

    /** Adds a recording that is open. */
    public void addRecording(UUID job, int ordinal, String name) {
        jdbc.sql("insert into classification_recording (job, ordinal, name) values (?, ?, ?)").params(job, ordinal, name).update();
    }

    /**
     * Removes a job with everything that belongs to it, once nobody works on it. To be called outside of a transaction: that nobody takes more of it must
     * be known before it is waited for.
     *
     * @return false if there is none
     */
    public boolean delete(UUID job) {
        jdbc.sql("update classification_job set finished_at = coalesce(finished_at, clock_timestamp()) where id = ?").param(job).update();
        return jdbc.sql("delete from classification_job where id = ?").param(job).update() == 1;
    }

    /** A recording that was taken. */
    public record Open(UUID job, String model, int ordinal, String name) {}

    /**
     * Takes open recordings of one job, of those that have some which nobody else has taken: the oldest after the one that had its turn, so that a
     * small job need not wait for the end of a large one.
     *
     * @param last the job that had its turn; null where none had
     * @param most recordings to take for a model
     * @return in the order of the job; empty where nothing is open
     */
    public List<Open> take(@Nullable UUID last, ToIntFunction<String> most) {
        List<JobModel> jobs = new ArrayList<>(
                jdbc.sql("select id, model from classification_job where finished_at is null order by created_at, id")
                        .query((row, _) -> new JobModel(row.getObject("id", UUID.class), row.getString("model"))).list());
        for (int i = 0; i < jobs.size(); i++) {
            if (jobs.get(i).id.equals(last)) {
                Collections.rotate(jobs, -(i + 1));
                break;
            }
        }
        for (JobModel job : jobs) {
            // Whoever removes the job waits here for the end of this transaction, not later for one row while it holds another.
            if (jdbc.sql("select 1 from classification_job where id = ? and finished_at is null for key share skip locked").param(job.id)
                    .query(Integer.class)
                    .optional().isEmpty()) {
                continue;
            }
            List<Open> taken = jdbc.sql("""
                    select ordinal, name from classification_recording
                    where job = ? and classified_at is null order by ordinal limit ? for update skip locked""")
                    .params(job.id, most.applyAsInt(job.model))
                    .query((row, _) -> new Open(job.id, job.model, row.getInt("ordinal"), row.getString("name"))).list();
            if (!taken.isEmpty()) {
                return taken;
            }
        }
        return List.of();
    }

    private record JobModel(UUID id, String model) {}

    /** Names of the files of a job, in ascending order. */
    public List<String> files(UUID job) {
        return jdbc.sql("select name from classification_file where job = ? order by name collate \"C\"").param(job)
                .query((row, _) -> row.getString(1))
                .list();
    }

    /** The bytes of a file as they came. */
    public Optional<byte[]> file(UUID job, String name) {
        return jdbc.sql("select content from classification_file where job = ? and name = ?").params(job, name)
                .query((row, _) -> row.getBytes(1)).optional();
    }

    /** Writes an answer for a stretch of a recording. */
    public void write(Open recording, int number, @Nullable Double seconds, String label, float[] probabilities) {
        Float[] boxed = new Float[probabilities.length];
        for (int c = 0; c < boxed.length; c++) {
            boxed[c] = probabilities[c];
        }
        jdbc.sql("""
                insert into classification (job, ordinal, number, seconds, label, probabilities)
                values (:job, :ordinal, :number, :seconds, :label, :probabilities)""").param("job", recording.job())
                .param("ordinal", recording.ordinal()).param("number", number).param("seconds", seconds, Types.DOUBLE).param("label", label)
                .param("probabilities", boxed).update();
    }

    /** Says that a recording is done, now and not when the transaction began. @param problem why it has no answers; null where it has */
    public void close(Open recording, @Nullable String problem) {
        // A text column cannot hold NUL, and a problem may quote what came in.
        jdbc.sql(
                "update classification_recording set classified_at = clock_timestamp(), problem = :problem where job = :job and ordinal = :ordinal")
                .param("problem", problem == null ? null : problem.replace('\0', '\uFFFD'), Types.VARCHAR).param("job", recording.job())
                .param("ordinal", recording.ordinal()).update();
    }

    /** Finishes a job that has no open recordings left, and forgets its files. */
    public void finishIfDone(UUID job) {
        // Of two processes that do the last recordings, the one that comes second sees here what the first has done.
        jdbc.sql("select 1 from classification_job where id = ? for no key update").param(job).query(Integer.class).optional();
        int finished = jdbc.sql("""
                update classification_job set finished_at = clock_timestamp() where id = :job and finished_at is null
                    and not exists (select from classification_recording where job = :job and classified_at is null)""").param("job", job)
                .update();
        if (finished == 1) {
            jdbc.sql("delete from classification_file where job = ?").param(job).update();
        }
    }
}
