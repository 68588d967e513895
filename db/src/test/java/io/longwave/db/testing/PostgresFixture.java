package io.longwave.db.testing;

import io.longwave.db.schema.Schema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A fresh, migrated database for one test class on a real PostgreSQL server that all test classes of a JVM share:
 *
 * <pre>
 * &#64;RegisterExtension
 * static final PostgresFixture postgres = new PostgresFixture();
 * </pre>
 *
 * <p>The server is stopped when the test run ends. It runs with fsync off: nothing here measures durability.
 */
public final class PostgresFixture implements BeforeAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(PostgresFixture.class);
    private static final String USER = "postgres";

    private @Nullable Server server;
    private @Nullable String database;

    @Override
    public void beforeAll(ExtensionContext context) {
        Server shared = context.getRoot().getStore(NAMESPACE).computeIfAbsent("server", key -> new Server(), Server.class);
        server = shared;
        String created = shared.createDatabase();
        database = created;
        // Dropped after every afterAll callback, so that a Spring context of the class can close its pool first. A test that left a
        // consumer behind must not keep the next class from starting: force ends its sessions.
        context.getStore(NAMESPACE).put("database",
                (AutoCloseable) () -> shared.execute("drop database if exists " + created + " with (force)"));
    }

    /** The class's own database; connections are not pooled. */
    public DataSource dataSource() {
        return server().postgres.getDatabase(USER, name());
    }

    /** For {@code spring.datasource.url}. */
    public String jdbcUrl() {
        return server().postgres.getJdbcUrl(USER, name());
    }

    /** For {@code spring.datasource.username}. */
    public String username() {
        return USER;
    }

    /** For {@code spring.datasource.password}; the server trusts every local connection. */
    public String password() {
        return USER;
    }

    /** Empties every table and restarts the identities, so that each test of a class may start from nothing. */
    public void truncate() {
        try (Connection connection = dataSource().getConnection(); var statement = connection.createStatement()) {
            statement.execute("""
                    do $$ begin
                        execute (select 'truncate ' || string_agg(quote_ident(tablename), ', ') || ' restart identity cascade'
                            from pg_tables where schemaname = 'public' and tablename <> 'flyway_schema_history');
                    end $$""");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Server server() {
        return Objects.requireNonNull(server, "the fixture must be a static field with @RegisterExtension");
    }

    private String name() {
        return Objects.requireNonNull(database, "the fixture must be a static field with @RegisterExtension");
    }

    /** One server, and one migrated database from which the others are copied. */
    private static final class Server implements AutoCloseable {
        private static final String TEMPLATE = "longwave_template";

        private final EmbeddedPostgres postgres;
        private final AtomicInteger databases = new AtomicInteger();

        Server() {
            try {
                // The usual ten seconds are too few for a machine that is busy with much else.
                postgres = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
            } catch (IOException e) {
                throw new UncheckedIOException("the embedded PostgreSQL did not start", e);
            }
            execute("create database " + TEMPLATE);
            Schema.migrate(postgres.getDatabase(USER, TEMPLATE));
        }

        String createDatabase() {
            String name = "test_" + databases.incrementAndGet();
            execute("create database " + name + " template " + TEMPLATE);
            return name;
        }

        void execute(String sql) {
            try (Connection connection = postgres.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(sql, e);
            }
        }

        @Override
        public void close() throws IOException {
            postgres.close();
        }
    }
}
