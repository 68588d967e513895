package io.longwave.db.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.testing.PostgresFixture;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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
}
