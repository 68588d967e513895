package io.longwave.db.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.anomaly.AnomalyPosition;
import io.longwave.db.group.GroupDescription.Member;
import io.longwave.db.point.TimeSpan;
import io.longwave.db.series.TenantScope;
import io.longwave.db.testing.PostgresFixture;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

class GroupQueriesTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    private final JdbcClient jdbc = JdbcClient.create(postgres.dataSource());
    private final GroupQueries queries = new GroupQueries(jdbc);

    @BeforeEach
    void empty() {
        postgres.truncate();
    }

    @Test
    void groupsComeByNameWithTheirMembersInTheOrderOfColumns() {
        long flow = series("t/b/pump#flow");
        group("b", "t/b/pump#pressure", "t/b/pump#flow");
        group("B", "t/b/pump#flow");
        group("a", "t/b/pump#flow");
        assertThat(queries.find(TenantScope.ALL, null, 9)).extracting(GroupDescription::name).containsExactly("B", "a", "b");
        assertThat(queries.find(TenantScope.ALL, null, 2)).extracting(GroupDescription::name).containsExactly("B", "a");
        assertThat(queries.find(TenantScope.ALL, "a", 2)).extracting(GroupDescription::name).containsExactly("b");
        assertThat(queries.byName(TenantScope.ALL, "b")).hasValueSatisfying(group -> {
            assertThat(group.model()).isEqualTo("m-1");
            assertThat(group.stepNanos()).isEqualTo(10);
            assertThat(group.members()).containsExactly(new Member(null, "t/b/pump#pressure", "pump pressure", "c0"),
                    new Member(flow, "t/b/pump#flow", "pump flow", "c1"));
        });
    }

    @Test
    void aMemberThatIsForgottenHasNoSeriesUntilItComesAgain() {
        long first = series("t/b/pump#flow");
        group("a", "t/b/pump#flow");
        jdbc.sql("update series set forgotten_at = now()").update();
        assertThat(queries.byName(TenantScope.ALL, "a").orElseThrow().members()).extracting(Member::series).containsOnlyNulls();
        long second = series("t/b/pump#flow");
        assertThat(second).isNotEqualTo(first);
        assertThat(queries.byName(TenantScope.ALL, "a").orElseThrow().members()).extracting(Member::series).containsExactly(second);
    }

    @Test
    void aGroupThatIsRemovedIsNotThereAndItsNameIsFree() {
        group("a", "t/b/pump#flow");
        jdbc.sql("update series_group set removed_at = now()").update();
        assertThat(queries.find(TenantScope.ALL, null, 9)).isEmpty();
        assertThat(queries.byName(TenantScope.ALL, "a")).isEmpty();
        long next = group("a", "t/b/pump#pressure");
        assertThat(queries.find(TenantScope.ALL, null, 9)).extracting(GroupDescription::id).containsExactly(next);
    }

    @Test
    void aGroupIsJudgedToTheNewestRowThatIsStored() {
        long group = group("a", "t/b/pump#flow");
        assertThat(queries.byName(TenantScope.ALL, "a").orElseThrow().judgedToNanos()).isNull();
        jdbc.sql("insert into group_row values (?, 113, 0.1, '{1}', '{1}', 'm-1'), (?, 123, 0.1, '{1}', '{1}', 'm-1')").params(group, group)
                .update();
        assertThat(queries.byName(TenantScope.ALL, "a").orElseThrow().judgedToNanos()).isEqualTo(123);
    }

    @Test
    void rowsAreAscendingAndMembersWithoutAValueHaveNone() {
        long group = group("a", "t/b/pump#flow", "t/b/pump#pressure");
        long other = group("b", "t/b/pump#flow");
        for (int n = 0; n < 4; n++) {
            jdbc.sql("insert into group_row values (?, ?, 0.1, '{1.5,null}', '{1,null}', 'm-1')").params(group, 10 * n).update();
        }
        jdbc.sql("insert into group_row values (?, 20, 0.2, '{0}', '{1}', 'm-1')").params(other).update();
        assertThat(times(queries.newest(group, TimeSpan.ALL, 2))).containsExactly(20L, 30L);
        assertThat(times(queries.newest(group, new TimeSpan(Long.MIN_VALUE, 30), 2))).containsExactly(10L, 20L);
        assertThat(times(queries.first(group, new TimeSpan(10, Long.MAX_VALUE), 2))).containsExactly(10L, 20L);
        assertThat(queries.first(group, new TimeSpan(31, 40), 2)).isEmpty();
        assertThat(queries.first(group, TimeSpan.ALL, 1))
                .containsExactly(new JudgedRow(0, 0.1f, "m-1", Arrays.asList(1.5, null), Arrays.asList(1f, null)));
    }

    @Test
    void eventsAreNewestFirstAndPagesNeitherRepeatNorSkipThoseThatBeganTogether() {
        long group = group("a", "t/b/pump#flow", "t/b/pump#pressure");
        long other = group("b", "t/b/pump#flow");
        anomaly("old", group, 10, 20, 40L, 0.9);
        anomaly("x", group, 50, 60, 80L, 0.99);
        anomaly("y", group, 50, 60, 80L, 0.95);
        anomaly("open", group, 90, 90, null, 0.97);
        anomaly("elsewhere", other, 90, 90, null, 0.97);
        assertThat(ids(filter(group, null, null, null), null, 9)).containsExactly("open", "x", "y", "old");
        assertThat(ids(filter(group, null, null, null), null, 2)).containsExactly("open", "x");
        assertThat(ids(filter(group, null, null, null), new AnomalyPosition(50, "x"), 9)).containsExactly("y", "old");
        assertThat(ids(filter(group, null, null, 0.97), null, 9)).containsExactly("open", "x");
        assertThat(ids(filter(group, null, 50L, null), null, 9)).containsExactly("old");
        assertThat(ids(filter(group, 60L, 90L, null), null, 9)).containsExactly("x", "y");
        assertThat(ids(filter(group, 61L, null, null), null, 9)).as("the last row counts, not when the event was closed")
                .containsExactly("open");
        assertThat(queries.anomalies(filter(group, null, null, null), null, 2)).containsExactly(
                new GroupAnomalyRow("open", 90, null, 90, 0.97, 3, "m-1", Arrays.asList(0.75f, null)),
                new GroupAnomalyRow("x", 50, 60L, 50, 0.99, 3, "m-1", Arrays.asList(0.75f, null)));
    }

    private static GroupAnomalyFilter filter(long group, @Nullable Long from, @Nullable Long to, @Nullable Double minScore) {
        return new GroupAnomalyFilter(group, from, to, minScore);
    }

    private List<String> ids(GroupAnomalyFilter filter, @Nullable AnomalyPosition after, int limit) {
        return queries.anomalies(filter, after, limit).stream().map(GroupAnomalyRow::id).toList();
    }

    private static List<Long> times(List<JudgedRow> rows) {
        return rows.stream().map(JudgedRow::timeNanos).toList();
    }

    private long group(String name, String... keys) {
        String[] columns = new String[keys.length];
        Arrays.setAll(columns, n -> "c" + n);
        long id = jdbc.sql("""
                insert into series_group (name, model, columns, step, phase, next_row, scored_from)
                values (?, 'm-1', ?, 10, 0, 0, 0) returning id""").params(name, columns).query(Long.class).single();
        for (int n = 0; n < keys.length; n++) {
            jdbc.sql("insert into group_member values (?, ?, ?)").params(id, n, keys[n]).update();
        }
        return id;
    }

    private long series(String key) {
        return jdbc.sql("""
                insert into series (key, tenant, bucket, measurement, tags, field, display)
                values (:key, 't', 'b', 'pump', '{}', 'flow', 'pump flow') returning id""").param("key", key).query(Long.class).single();
    }

    private void anomaly(String id, long group, long start, long last, @Nullable Long end, double score) {
        jdbc.sql("insert into group_anomaly values (:id, :group, :start, :last, :end::bigint, :start, :score, '{0.75,null}', 3, 0, 'm-1')")
                .param("id", id).param("group", group).param("start", start).param("last", last)
                .param("end", end, java.sql.Types.BIGINT).param("score", score).update();
    }
}
