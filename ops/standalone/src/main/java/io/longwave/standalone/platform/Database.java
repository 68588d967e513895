package io.longwave.standalone.platform;

import io.longwave.standalone.command.CommandException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** How to reach the database; user and password are null when the URL carries them, or nothing says them. */
public record Database(String jdbcUrl, @Nullable String user, @Nullable String password) {

    /**
     * Reads what a person gave as {@code --external-postgres}: a JDBC URL, or the {@code postgresql://user:password@host:port/database} form
     * that PostgreSQL's own programs take. What the URL leaves out, {@code PGUSER} and {@code PGPASSWORD} may say, as for those programs.
     *
     * @throws CommandException if it is neither
     */
    public static Database external(String url) {
        return external(url, System.getenv());
    }

    static Database external(String url, Map<String, String> environment) {
        String user = environment.get("PGUSER");
        String password = environment.get("PGPASSWORD");
        if (url.startsWith("jdbc:postgresql:")) {
            return new Database(url, user, password); // the driver prefers those of the URL
        }
        if (url.startsWith("postgresql://") || url.startsWith("postgres://")) {
            try {
                URI parsed = new URI(url);
                String[] who = parsed.getUserInfo() == null ? new String[0] : parsed.getUserInfo().split(":", 2);
                if (parsed.getHost() != null && parsed.getPath() != null && parsed.getPath().length() > 1) {
                    String query = parsed.getRawQuery() == null ? "" : "?" + parsed.getRawQuery();
                    String port = parsed.getPort() < 0 ? "" : ":" + parsed.getPort();
                    return new Database("jdbc:postgresql://" + parsed.getHost() + port + parsed.getRawPath() + query,
                            who.length > 0 ? who[0] : user, who.length > 1 ? who[1] : password);
                }
            } catch (URISyntaxException e) {
                throw new CommandException("--external-postgres: " + e.getMessage(), e);
            }
        }
        throw new CommandException("--external-postgres: expected jdbc:postgresql://HOST:PORT/DATABASE or"
                + " postgresql://USER:PASSWORD@HOST:PORT/DATABASE, found \"" + url + "\".");
    }

    /**
     * The database of a platform that runs on that folder and block of ports.
     *
     * @throws CommandException if that folder holds no database
     */
    public static Database embedded(Path dataDirectory, int port) {
        Path password = PostgresServer.passwordFile(dataDirectory);
        try {
            return new Database("jdbc:postgresql://127.0.0.1:" + new PortBlock(port).database() + "/" + PostgresServer.DATABASE,
                    PostgresServer.USER, Files.readString(password).strip());
        } catch (IOException e) {
            throw new CommandException("there is no database in " + dataDirectory + ": name the folder with --data-dir.", e);
        }
    }

    /** A connection, given up after 10 s. */
    public Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "10");
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        return DriverManager.getConnection(jdbcUrl, properties);
    }

    /** @throws CommandException if no connection can be made */
    void requireReachable() {
        try (Connection connection = connect()) {
            if (!connection.isValid(5)) {
                throw new SQLException("the connection does not answer");
            }
        } catch (SQLException e) {
            throw new CommandException("the database of --external-postgres cannot be used: " + e.getMessage(), e);
        }
    }

    /** Adds Spring's properties for this database. */
    void describe(Map<String, String> settings) {
        settings.put("spring.datasource.url", jdbcUrl);
        // Empty, not absent: the services' own default user must not be sent where the URL names another.
        settings.put("spring.datasource.username", user == null ? "" : user);
        settings.put("spring.datasource.password", password == null ? "" : password);
    }

    @Override
    public String toString() {
        return jdbcUrl;
    }
}
