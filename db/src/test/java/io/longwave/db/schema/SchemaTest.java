package io.longwave.db.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.testing.PostgresFixture;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SchemaTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    @Test
    void aMigratedDatabaseIsCurrentAndMigratingItAgainChangesNothing() {
        assertThat(Schema.isCurrent(postgres.dataSource())).isTrue();
        Schema.migrate(postgres.dataSource());
        assertThat(Schema.isCurrent(postgres.dataSource())).isTrue();
    }

    @Test
    void timesOfOneNanosecondApartAreTwoPointsAndViewsShowThemInUtcMicroseconds() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("""
                    insert into series (key, tenant, bucket, measurement, tags, field, display)
                    values ('t/b/m#f', 't', 'b', 'm', '{}', 'f', 'm f')""");
            statement.execute("insert into point (series_id, time, value) select id, t, 1 from series, "
                    + "(values (1700000000123456788), (1700000000123456789)) as v (t)");
            try (var rows = statement.executeQuery("select count(*), max(time at time zone 'UTC')::text from v_points")) {
                rows.next();
                assertThat(rows.getLong(1)).isEqualTo(2);
                assertThat(rows.getString(2)).isEqualTo("2023-11-14 22:13:20.123456");
            }
        }
    }

    @Test
    void anomaliesOfBeforeBelongToTheTenantsOfTheirSeries() throws SQLException {
        FluentConfiguration flyway = Flyway.configure().dataSource(postgres.dataSource()).schemas("before")
                .locations(Schema.LOCATION);
        flyway.target("8").load().migrate();
        try (Connection connection = postgres.dataSource().getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("set search_path to before");
            statement.execute("""
                    insert into series (key, tenant, bucket, measurement, tags, field, display)
                    values ('t/b/m#f', 't', 'b', 'm', '{}', 'f', 'm f'), ('u/b/m#f', 'u', 'b', 'm', '{}', 'f', 'm f')""");
            String anomaly = "insert into anomaly select s.tenant || '%s', s.id, 1, null, 1, 1, 1, 1, 1, 'm' from series s";
            statement.execute(anomaly.formatted("-old"));
            statement.execute("insert into classification_job (id, model, classes) values (gen_random_uuid(), 'm', '{}')");
            flyway.target("latest").load().migrate();
            statement.execute(anomaly.formatted("-new"));
            try (var rows = statement.executeQuery("select string_agg(id || ' ' || tenant, ',' order by id) from anomaly")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("t-new t,t-old t,u-new u,u-old u");
            }
            try (var rows = statement.executeQuery("select count(*) from anomaly_change")) {
                rows.next();
                assertThat(rows.getLong(1)).as("what is told: that they began, and nothing of the migration").isEqualTo(4);
            }
            try (var rows = statement.executeQuery("select tenant from classification_job")) {
                rows.next();
                assertThat(rows.getString(1)).as("of nobody").isNull();
            }
            statement.execute("drop schema before cascade");
        }
    }
}
