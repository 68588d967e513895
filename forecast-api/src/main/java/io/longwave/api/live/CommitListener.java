package io.longwave.api.live;

import io.longwave.db.stream.StreamNotice;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * One connection of its own that listens for commits, and connects again whenever it is lost. What was committed meanwhile is announced as
 * {@linkplain StreamNotice#many() many}.
 */
final class CommitListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommitListener.class);
    private static final int WAIT_MILLIS = 5_000;
    private static final long RECONNECT_MILLIS = 1_000;

    private final JdbcConnectionDetails database;
    private final Consumer<StreamNotice> onCommit;
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean listening;
    private volatile @Nullable Connection connection;

    CommitListener(JdbcConnectionDetails database, Consumer<StreamNotice> onCommit) {
        this.database = database;
        this.onCommit = onCommit;
        this.thread = Thread.ofVirtual().name("commit-listener").unstarted(this::listen);
    }

    void start() {
        thread.start();
    }

    /** False while commits are not announced, so that clients look by themselves. */
    boolean isListening() { return listening; }

    private void listen() {
        boolean told = false;
        while (!closed) {
            try (Connection open = connect()) {
                connection = open;
                try (var statement = open.createStatement()) {
                    statement.execute("listen " + StreamNotice.CHANNEL);
                    listening = true;
                    told = false;
                    onCommit.accept(StreamNotice.parse("")); // whatever was committed before we listened
                    while (!closed) {
                        PGNotification[] notices = open.unwrap(PGConnection.class).getNotifications(WAIT_MILLIS);
                        if (notices == null || notices.length == 0) {
                            statement.execute("select 1"); // a connection that died silently is noticed here
                        } else {
                            for (PGNotification notice : notices) {
                                onCommit.accept(StreamNotice.parse(notice.getParameter()));
                            }
                        }
                    }
                }
            } catch (SQLException e) {
                listening = false;
                if (!closed && !told) {
                    told = true;
                    LOG.warn("live streams look every heartbeat until the database announces commits again: {}", e.getMessage());
                }
                pause();
            }
        }
        listening = false;
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        if (database.getUsername() != null) {
            properties.setProperty("user", database.getUsername());
        }
        if (database.getPassword() != null) {
            properties.setProperty("password", database.getPassword());
        }
        properties.setProperty("connectTimeout", "3");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "forecast-api live");
        return DriverManager.getConnection(database.getJdbcUrl(), properties);
    }

    private void pause() {
        try {
            Thread.sleep(RECONNECT_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        Connection open = connection;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("closing the listening connection", e);
            }
        }
        thread.interrupt();
    }
}
