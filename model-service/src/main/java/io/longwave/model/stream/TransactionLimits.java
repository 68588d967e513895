package io.longwave.model.stream;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/**
 * How long a transaction of the stream may hold what another owner needs. A process that is stopped inside a transaction (a virtual machine
 * that is moved, a long collection of garbage) must not block the new owner of its partitions; the server ends its transaction.
 *
 * @param lockWait longest wait for a row lock
 * @param idle longest pause between two statements
 * @param total longest transaction
 */
record TransactionLimits(Duration lockWait, Duration idle, Duration total) {

    /** Twice as long for whatever the transaction does, no longer for locks. */
    TransactionLimits longer() {
        return new TransactionLimits(lockWait, idle.multipliedBy(2), total.multipliedBy(2));
    }

    /** Sets the limits for the transaction that has just begun; nothing in it is worth being compiled by the database first. */
    void apply(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select set_config('lock_timeout', ?, true), set_config('idle_in_transaction_session_timeout', ?, true),
                    set_config('transaction_timeout', ?, true), set_config('jit', 'off', true)""")) {
            statement.setString(1, lockWait.toMillis() + "ms");
            statement.setString(2, idle.toMillis() + "ms");
            statement.setString(3, total.toMillis() + "ms");
            statement.execute();
        }
    }
}
