package io.longwave.db.schema;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The migrations of Longwave's database, as a library call for programs without Spring. */
public final class Schema {
    /** Where the migrations are on the class path. */
    public static final String LOCATION = "classpath:db/migration";

    private Schema() {}

    /**
     * Brings the database to the newest schema; several processes may call it at the same time.
     *
     * @throws org.flywaydb.core.api.FlywayException if a migration fails or the database holds other migrations than these
     */
    public static void migrate(DataSource dataSource) {
        flyway(dataSource).migrate();
    }

    /** True when every migration of this program is applied and none was changed since. */
    public static boolean isCurrent(DataSource dataSource) {
        Flyway flyway = flyway(dataSource);
        return flyway.validateWithResult().validationSuccessful && flyway.info().pending().length == 0;
    }

    private static Flyway flyway(DataSource dataSource) {
        return Flyway.configure().dataSource(dataSource).locations(LOCATION).load();
    }
}
