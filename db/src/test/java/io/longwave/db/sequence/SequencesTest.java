package io.longwave.db.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.sequence.Sequences.Key;
import io.longwave.db.sequence.Sequences.Progress;
import io.longwave.db.testing.PostgresFixture;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class SequencesTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    private static final Key ONE = new Key("", "m", "x");

    private final DataSource database = postgres.dataSource();
    private final JdbcClient jdbc = JdbcClient.create(database);
    private final Sequences sequences = new Sequences(jdbc);
    private final TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(database));

    @BeforeEach
    void empty() {
        postgres.truncate();
    }

    @Test
    void eachIsItsOwnByTenantModelAndName() {
        sequences.write(ONE, progress(1));
        sequences.write(new Key("t", "m", "x"), progress(2));
        sequences.write(new Key("", "m2", "x"), progress(3));
        sequences.write(ONE, progress(4));
        assertThat(sequences.locked(ONE)).hasValueSatisfying(known -> {
            assertThat(known.nextNanos()).isEqualTo(4);
            assertThat(known.stepNanos()).isEqualTo(10);
            assertThat(known.format()).isEqualTo(1);
            assertThat(known.profile()).isEqualTo("p");
            assertThat(known.state()).containsExactly(4);
        });
        assertThat(sequences.locked(new Key("t", "m", "y"))).isEmpty();
        assertThat(sequences.count("")).isEqualTo(2);
        sequences.delete(ONE);
        assertThat(sequences.locked(ONE)).isEmpty();
        assertThat(sequences.count("t")).isEqualTo(1);
    }

    @Test
    @Timeout(60)
    void whoGoesOnWithOneWaitsForWhoeverDoes() throws Exception {
        sequences.write(ONE, progress(1));
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> transaction.executeWithoutResult(_ -> {
            assertThat(sequences.locked(ONE)).isPresent();
            taken.countDown();
            try {
                assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            sequences.write(ONE, progress(2));
        }));
        taken.await();
        assertThat(sequences.deleteIdle(Duration.ofSeconds(-60), 10)).as("one that is in use is not idle").isZero();
        CompletableFuture<Long> second = CompletableFuture
                .supplyAsync(() -> transaction.execute(_ -> sequences.locked(ONE).orElseThrow().nextNanos()));
        go.countDown();
        first.get();
        assertThat(second.get()).isEqualTo(2);
    }

    @Test
    void thoseThatAreIdleForLongestAreForgottenFirst() {
        for (int i = 0; i < 5; i++) {
            sequences.write(new Key("", "m", "x" + i), progress(i));
            jdbc.sql("update sequence_state set touched_at = now() - make_interval(hours => ?) where name = ?").params(i, "x" + i).update();
        }
        assertThat(sequences.deleteIdle(Duration.ofMinutes(90), 2)).isEqualTo(2);
        assertThat(jdbc.sql("select name from sequence_state order by name").query(String.class).list()).containsExactly("x0", "x1", "x2");
        assertThat(sequences.deleteIdle(Duration.ofMinutes(90), 10)).isEqualTo(1);
    }

    private static Progress progress(int number) {
        return new Progress(10, number, 1, "p", new byte[]{(byte) number});
    }
}
