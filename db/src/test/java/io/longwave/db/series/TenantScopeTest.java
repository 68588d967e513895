package io.longwave.db.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.db.testing.PostgresFixture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

class TenantScopeTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    @Test
    void allIsNoConditionAndATenantIsOneInTheFormOfKeys() {
        Map<String, Object> parameters = new HashMap<>();
        assertThat(TenantScope.ALL.and("c.tenant", parameters)).isEmpty();
        assertThat(parameters).isEmpty();
        assertThat(new TenantScope("u\u0308").and("c.tenant", parameters)).isEqualTo(" and c.tenant = :tenant");
        assertThat(parameters).isEqualTo(Map.of("tenant", "\u00fc"));
        assertThatThrownBy(() -> new TenantScope("")).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("tenant: ");
    }

    @Test
    void aListOfOneTenantAmongManySeriesIsServedByItsIndex() {
        JdbcClient jdbc = JdbcClient.create(postgres.dataSource());
        jdbc.sql(
                """
                        insert into series (key, tenant, bucket, measurement, tags, field, display)
                        select t || '/b/m' || n || '#f', t, 'b', 'm' || n, '{}', 'f', 'm' || n || ' f'
                        from (select case when n % 2000 = 0 then 'small' when n % 2 = 0 then 'other' else 'large' end as t, n from generate_series(1, 20000) n) made""")
                .update();
        jdbc.sql("analyze series").update();
        SeriesQueries queries = new SeriesQueries(jdbc);
        assertThat(queries.find(new TenantScope("small"), "m", null, null, 100, 0)).hasSize(10)
                .allMatch(row -> row.key().tenant().equals("small"));
        assertThat(queries.count(new TenantScope("large"))).isEqualTo(10_000);
        assertThat(queries.count(TenantScope.ALL)).isEqualTo(20_000);
        for (String tenant : List.of("small", "other")) {
            assertThat(jdbc.sql("explain select * from series c where c.forgotten_at is null and c.tenant = '" + tenant
                    + "' order by lower(c.display) collate \"C\", c.id limit 10").query(String.class).list().toString())
                    .contains("series_tenant").doesNotContain("Seq Scan");
        }
    }
}
