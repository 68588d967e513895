package io.longwave.db.classification;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.classification.ClassificationJobs.Open;
import io.longwave.db.classification.ClassificationQueries.JobPosition;
import io.longwave.db.series.TenantScope;
import io.longwave.db.testing.PostgresFixture;
import java.sql.Connection;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class ClassificationJobsTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    private final ClassificationQueries queries = new ClassificationQueries(JdbcClient.create(postgres.dataSource()));

    @BeforeEach
    void empty() {
        postgres.truncate();
    }

    @Test
    void recordingsAreTakenInOrderAnsweredAndTheFilesForgottenWithTheLastOfThem() throws SQLException {
        UUID job = job("a", "b", "c");
        ResultRow second = new ResultRow(1, "b", 0, 0.25, "slow", List.of(0.75f, 0.25f), null);
        try (Worker worker = new Worker()) {
            List<Open> taken = worker.take(2);
            assertThat(taken).extracting(Open::name).containsExactly("a", "b");
            worker.jobs.close(taken.get(0), "expected x but found \0");
            worker.jobs.write(taken.get(1), 0, 0.25, "slow", new float[]{0.75f, 0.25f});
            worker.jobs.write(taken.get(1), 1, null, "fast", new float[]{0.1f, 0.9f});
            worker.jobs.close(taken.get(1), null);
            worker.jobs.finishIfDone(job);
            worker.connection.commit();
            assertThat(queries.byId(TenantScope.ALL, job).orElseThrow()).satisfies(row -> {
                assertThat(row.classes()).containsExactly("slow", "fast");
                assertThat(List.of(row.recordings(), row.classified(), row.failed())).containsExactly(3L, 2L, 1L);
                assertThat(row.finishedAt()).isNull();
            });
            assertThat(worker.jobs.files(job)).containsExactly("a", "b", "c");
            assertThat(worker.jobs.file(job, "b").orElseThrow()).containsExactly('b');
            assertThat(worker.jobs.file(job, "d")).isEmpty();

            List<Open> last = worker.take(2);
            Instant done = Instant.now();
            worker.jobs.close(last.getFirst(), null);
            worker.jobs.finishIfDone(job);
            worker.connection.commit();
            assertThat(queries.byId(TenantScope.ALL, job).orElseThrow().finishedAt()).as("not when the transaction began")
                    .isAfterOrEqualTo(done);
            assertThat(worker.jobs.files(job)).isEmpty();
            assertThat(worker.take(2)).isEmpty();
        }
        List<ResultRow> results = queries.results(job, -1, -1, 10);
        assertThat(results).containsExactly(new ResultRow(0, "a", 0, null, null, List.of(), "expected x but found \uFFFD"), second,
                new ResultRow(1, "b", 1, null, "fast", List.of(0.1f, 0.9f), null));
        assertThat(queries.results(job, 0, 0, 1)).containsExactly(second);
        assertThat(queries.results(job, 1, 0, 9)).containsExactly(results.getLast());
        assertThat(queries.results(job, 1, 1, 9)).isEmpty();
    }

    @Test
    void whatIsRolledBackIsOpenAgainAndNobodyTakesWhatAnotherHas() throws SQLException {
        UUID job = job("a", "b", "c");
        try (Worker one = new Worker(); Worker other = new Worker()) {
            assertThat(one.take(2)).extracting(Open::name).containsExactly("a", "b");
            assertThat(other.take(2)).extracting(Open::name).containsExactly("c");
            other.connection.rollback();
            assertThat(one.take(9)).as("its own and what the other let go").hasSize(3);
            one.jobs.write(new Open(job, "m", 0, "a"), 0, null, "slow", new float[]{1, 0});
            assertThat(other.take(2)).isEmpty();
            other.connection.rollback();
            one.connection.rollback(); // as the server does when a process is killed
            assertThat(other.take(9)).extracting(Open::name).containsExactly("a", "b", "c");
            assertThat(queries.results(job, -1, -1, 9)).isEmpty();
        }
    }

    @Test
    void ofTwoThatDoTheLastRecordingsAtOnceTheSecondFinishesTheJob() throws Exception {
        UUID job = job("a", "b");
        try (Worker one = new Worker(); Worker other = new Worker()) {
            one.jobs.close(one.take(1).getFirst(), null);
            other.jobs.close(other.take(1).getFirst(), null);
            one.jobs.finishIfDone(job);
            Thread waiting = Thread.ofVirtual().start(() -> other.jobs.finishIfDone(job));
            assertThat(waiting.join(Duration.ofMillis(300))).as("done before the first has committed").isFalse();
            one.connection.commit();
            waiting.join();
            other.connection.commit();
        }
        assertThat(queries.byId(TenantScope.ALL, job).orElseThrow().finishedAt()).isNotNull();
    }

    @Test
    void jobsHaveTheirTurnsSoThatASmallOneNeedNotWaitForTheEndOfALargeOne() throws SQLException {
        UUID large = job("a", "b", "c", "d");
        UUID small = job("x");
        try (Worker worker = new Worker()) {
            assertThat(worker.jobs.take(null, model -> 1)).extracting(Open::job).containsExactly(large);
            assertThat(worker.jobs.take(large, model -> 1)).extracting(Open::job).containsExactly(small);
            assertThat(worker.jobs.take(small, model -> 1)).extracting(Open::job).containsExactly(large);
            assertThat(worker.jobs.take(UUID.randomUUID(), model -> 1)).as("one that is finished meanwhile").extracting(Open::job)
                    .containsExactly(large);
        }
    }

    @Test
    void aFileHasItsNameAloneAndAJobGoesWithEverythingThatBelongsToIt() throws SQLException {
        UUID job = job("a");
        try (Worker worker = new Worker()) {
            assertThat(worker.jobs.addFile(job, "a", new byte[]{1})).isFalse();
            worker.jobs.write(worker.take(1).getFirst(), 0, null, "slow", new float[]{1, 0});
            assertThat(worker.jobs.delete(job)).isTrue();
            assertThat(worker.jobs.delete(job)).isFalse();
            worker.connection.commit();
        }
        assertThat(queries.byId(TenantScope.ALL, job)).isEmpty();
        assertThat(queries.results(job, -1, -1, 9)).isEmpty();
    }

    @Test
    void aJobThatIsRemovedWhileSomebodyWorksOnItGoesWhenThatIsDone() throws Exception {
        UUID job = job("a", "b");
        try (Worker one = new Worker(); Worker remover = new Worker(); Worker other = new Worker()) {
            List<Open> taken = one.take(1);
            remover.connection.setAutoCommit(true);
            Thread removing = Thread.ofVirtual().start(() -> remover.jobs.delete(job));
            assertThat(removing.join(Duration.ofMillis(300))).as("gone under the hands of a worker").isFalse();
            assertThat(other.take(1)).as("nobody begins with what is on its way out").isEmpty();
            one.jobs.write(taken.getFirst(), 0, null, "slow", new float[]{1, 0});
            one.jobs.close(taken.getFirst(), null);
            one.jobs.finishIfDone(job);
            one.connection.commit();
            removing.join();
        }
        assertThat(queries.byId(TenantScope.ALL, job)).isEmpty();
    }

    @Test
    void pagesOfJobsFollowEachOtherNewestFirst() throws SQLException {
        List<UUID> made = List.of(job("a"), job("a"), job("a"));
        List<JobRow> all = queries.newest(TenantScope.ALL, null, 10);
        assertThat(all).extracting(JobRow::id).containsExactly(made.get(2), made.get(1), made.get(0));
        JobRow first = queries.newest(TenantScope.ALL, null, 1).getFirst();
        assertThat(queries.newest(TenantScope.ALL, new JobPosition(first.createdAt(), first.id()), 10)).isEqualTo(all.subList(1, 3));
    }

    /** A job of one file a recording, whose content is its name. */
    private static UUID job(String... recordings) throws SQLException {
        UUID job = UUID.randomUUID();
        try (Worker worker = new Worker()) {
            worker.jobs.create(job, null, "m", List.of("slow", "fast"));
            for (int i = 0; i < recordings.length; i++) {
                assertThat(worker.jobs.addFile(job, recordings[i], recordings[i].getBytes(StandardCharsets.UTF_8))).isTrue();
                worker.jobs.addRecording(job, i, recordings[i]);
            }
            worker.connection.commit();
        }
        return job;
    }

    /** One transaction after the other on a connection of its own. */
    private static final class Worker implements AutoCloseable {
        private final Connection connection;
        private final ClassificationJobs jobs;

        Worker() throws SQLException {
            connection = postgres.dataSource().getConnection();
            connection.setAutoCommit(false);
            jobs = new ClassificationJobs(JdbcClient.create(new SingleConnectionDataSource(connection, true)));
        }

        List<Open> take(int most) {
            return jobs.take(null, model -> most);
        }

        @Override
        public void close() throws SQLException {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            connection.close();
        }
    }
}
