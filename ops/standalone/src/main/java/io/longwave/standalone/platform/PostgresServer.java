package io.longwave.standalone.platform;

import io.longwave.standalone.command.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own on a folder that outlives us. {@code pg_ctl} gives it a session of its own, so Ctrl-C in a terminal
 * reaches only Java, which then stops the server after everything that uses it.
 *
 * <p>It listens on loopback only and asks for a password that is made at random with the cluster and kept beside it, readable by its owner.
 */
final class PostgresServer implements AutoCloseable {

    static final String USER = "longwave";
    static final String DATABASE = "longwave";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final long START_SECONDS = 60;
    private static final long LARGEST_OLD_LOG = 10L << 20;

    private final DataDirectory directory;
    private final int port;
    private @Nullable PostgresBinaries binaries;

    PostgresServer(DataDirectory directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /**
     * Stops a server that a killed platform left behind on this folder.
     *
     * @return whether there was one
     * @throws CommandException if it cannot be stopped
     */
    synchronized boolean stopSurvivor() throws IOException, InterruptedException {
        Path cluster = directory.postgres();
        Optional<PostmasterPid> left = PostmasterPid.read(cluster);
        if (left.isEmpty()) {
            return false;
        }
        if (left.get().isServerOf(cluster)) {
            String failure = binaries().run("pg_ctl", 40, "stop", "-D", cluster.toString(), "-m", "fast", "-w", "-t", "30");
            if (failure != null && left.get().isServerOf(cluster)) {
                throw new CommandException("the PostgreSQL of an earlier run (process " + left.get().pid() + ") does not stop: " + failure);
            }
            return true;
        }
        if (ProcessHandle.of(left.get().pid()).isPresent()) {
            // The number now belongs to a stranger, as after a power cut. PostgreSQL itself only asks whether the process exists and
            // would refuse to start. The lock on our data folder says that no other Longwave is at work here.
            Files.move(cluster.resolve("postmaster.pid"), cluster.resolve("postmaster.pid.stale"), StandardCopyOption.REPLACE_EXISTING);
        }
        return false;
    }

    /**
     * Starts the server and makes sure that the database exists. {@link #stopSurvivor} comes first.
     *
     * @throws CommandException if it does not start
     */
    synchronized void start() throws IOException, InterruptedException {
        Path cluster = directory.postgres();
        if (!Files.exists(cluster.resolve("PG_VERSION"))) {
            initialize(cluster);
        }
        Path log = directory.logs().resolve("postgresql.log");
        if (Files.exists(log) && Files.size(log) > LARGEST_OLD_LOG) {
            Files.move(log, directory.logs().resolve("postgresql.1.log"), StandardCopyOption.REPLACE_EXISTING);
        }
        // No socket file: its path would be limited to about 100 characters. 60 connections: three services and some guests.
        String options = "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=on -c synchronous_commit=on"
                + " -c max_connections=60 -c shared_buffers=128MB -c max_wal_size=512MB -c timezone=UTC -c jit=off";
        String failure = binaries().run("pg_ctl", START_SECONDS + 5, "start", "-D", cluster.toString(), "-w", "-t", Long.toString(
                START_SECONDS), "-l", log.toString(), "-o", options);
        if (failure != null) {
            throw new CommandException("PostgreSQL did not start on " + cluster + "; " + log + " says why. (" + lastLine(failure) + ")");
        }
        createDatabase();
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    /** The random password of this cluster. */
    String password() throws IOException {
        return Files.readString(passwordFile(directory.root())).strip();
    }

    static Path passwordFile(Path root) {
        return root.resolve("postgres.password");
    }

    /** Stops the server if it runs, also when {@link #start} was interrupted before it knew. */
    @Override
    public synchronized void close() throws IOException, InterruptedException {
        Path cluster = directory.postgres();
        Optional<PostmasterPid> server = PostmasterPid.read(cluster);
        if (binaries == null || server.isEmpty() || !server.get().isServerOf(cluster)) {
            return;
        }
        String failure = binaries.run("pg_ctl", 8, "stop", "-D", cluster.toString(), "-m", "fast", "-w", "-t", "4");
        if (failure != null && server.get().isServerOf(cluster)) {
            LOG.warn("PostgreSQL did not stop within 4 s and is stopped at once; it recovers from its log at the next start: {}", failure);
            binaries.run("pg_ctl", 4, "stop", "-D", cluster.toString(), "-m", "immediate", "-w", "-t", "3");
        }
    }

    private PostgresBinaries binaries() throws IOException, InterruptedException {
        PostgresBinaries found = binaries;
        if (found == null) {
            found = PostgresBinaries.unpack(directory.binaries());
            binaries = found;
        }
        return found;
    }

    private void initialize(Path cluster) throws IOException, InterruptedException {
        // In a folder of another name first: a run that is cut off here must not leave half a cluster under the real one.
        Path fresh = directory.root().resolve("postgres-initializing");
        PostgresBinaries.deleteTree(fresh);
        Path password = passwordFile(directory.root());
        Files.deleteIfExists(password);
        Files.createFile(password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Files.writeString(password, HexFormat.of().formatHex(random) + "\n");
        String failure = binaries().run("initdb", 60, "-D", fresh.toString(), "-U", USER, "--pwfile=" + password, "--auth=scram-sha-256",
                "-E",
                "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C");
        if (failure != null) {
            throw new CommandException("PostgreSQL could not create its data folder " + cluster + ": " + lastLine(failure));
        }
        Files.move(fresh, cluster);
    }

    private void createDatabase() throws IOException {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        try (Connection connection = DriverManager.getConnection(url, USER, password());
                Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("create database " + DATABASE);
        } catch (SQLException e) {
            throw new CommandException("PostgreSQL runs on port " + port + " but could not be used: " + e.getMessage(), e);
        }
    }

    private static String lastLine(String text) {
        String stripped = text.strip();
        return stripped.substring(stripped.lastIndexOf('\n') + 1);
    }
}
