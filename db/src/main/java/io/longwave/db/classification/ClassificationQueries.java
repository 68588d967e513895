package io.longwave.db.classification;

import io.longwave.db.series.TenantScope;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads jobs and their answers. */
public final class ClassificationQueries {
    private static final String JOBS = """
            select j.id, j.model, j.classes, j.created_at, j.finished_at, r.recordings, r.classified, r.failed
            from classification_job j cross join lateral (select count(*) as recordings, count(classified_at) as classified,
                count(problem) as failed from classification_recording where job = j.id) r\s""";

    private final JdbcClient jdbc;

    public ClassificationQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The newest jobs first.
     *
     * @param scope whose jobs
     * @param before only those that come after this one in that order; null for all
     */
    public List<JobRow> newest(TenantScope scope, @Nullable JobPosition before, int limit) {
        Map<String, Object> parameters = new HashMap<>(Map.of("limit", limit));
        StringBuilder where = new StringBuilder("where true");
        if (before != null) {
            where.append(" and (j.created_at < :time or j.created_at = :time and j.id > :id)");
            parameters.put("time", before.createdAt().atOffset(ZoneOffset.UTC));
            parameters.put("id", before.id());
        }
        where.append(scope.and("j.tenant", parameters));
        return jdbc.sql(JOBS + where + " order by j.created_at desc, j.id limit :limit").params(parameters)
                .query(ClassificationQueries::job).list();
    }

    /** Where a page of jobs ended. */
    public record JobPosition(Instant createdAt, UUID id) {}

    /** One job. */
    public Optional<JobRow> byId(TenantScope scope, UUID id) {
        Map<String, Object> parameters = new HashMap<>(Map.of("id", id));
        return jdbc.sql(JOBS + "where j.id = :id" + scope.and("j.tenant", parameters)).params(parameters).query(ClassificationQueries::job)
                .optional();
    }

    /**
     * What is known so far, by recording and stretch.
     *
     * @param ordinal,number only what follows this stretch; -1 for all
     */
    public List<ResultRow> results(UUID job, int ordinal, int number, int limit) {
        return jdbc.sql("""
                select r.ordinal, r.name, coalesce(c.number, 0) as number, c.seconds, c.label, c.probabilities, r.problem
                from classification_recording r left join classification c using (job, ordinal)
                where r.job = :job and r.classified_at is not null and (c.label is not null or r.problem is not null)
                    and (r.ordinal > :ordinal or r.ordinal = :ordinal and coalesce(c.number, 0) > :number)
                order by r.ordinal, c.number limit :limit""").param("job", job).param("ordinal", ordinal).param("number", number)
                .param("limit", limit).query(ClassificationQueries::result).list();
    }

    private static JobRow job(ResultSet row, int number) throws SQLException {
        OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
        return new JobRow(row.getObject("id", UUID.class), row.getString("model"),
                Arrays.asList((String[]) row.getArray("classes").getArray()), row.getObject("created_at", OffsetDateTime.class).toInstant(),
                finished == null ? null : finished.toInstant(), row.getLong("recordings"), row.getLong("classified"),
                row.getLong("failed"));
    }

    private static ResultRow result(ResultSet row, int number) throws SQLException {
        Array probabilities = row.getArray("probabilities");
        return new ResultRow(row.getInt("ordinal"), row.getString("name"), row.getInt("number"), row.getObject("seconds", Double.class),
                row.getString("label"), probabilities == null ? List.of() : Arrays.asList((Float[]) probabilities.getArray()),
                row.getString("problem"));
    }
}
