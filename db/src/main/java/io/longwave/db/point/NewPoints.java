package io.longwave.db.point;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.postgresql.PGConnection;

/**
 * Points later than everything stored of their series, gathered for one binary {@code COPY}. {@code COPY} knows no conflicts: a point that
 * exists already fails the whole transaction, so the caller must know that these are new.
 */
public final class NewPoints {
    private static final String COPY = "copy point (series_id, time, value, predicted, lower, upper, score, model) from stdin (format binary)";

    private final BinaryCopy rows = new BinaryCopy();
    private final Map<String, byte[]> models = new HashMap<>();
    private int count;

    /** Adds a point that its model judged. */
    public void add(long seriesId, long time, double value, double predicted, double lower, double upper, double score, String model) {
        rows.row(8).int8(seriesId).int8(time).float8(value).float8(predicted).float8(lower).float8(upper).float4((float) score)
                .text(utf8(model));
        count++;
    }

    /** Adds a point that its model saw while it was warming up. */
    public void addUnjudged(long seriesId, long time, double value, String model) {
        rows.row(8).int8(seriesId).int8(time).float8(value).absent().absent().absent().absent().text(utf8(model));
        count++;
    }

    /** Points gathered so far. */
    public int count() {
        return count;
    }

    /** Writes everything in the caller's transaction; call it once. */
    public void write(Connection connection) throws SQLException {
        if (count == 0) {
            return;
        }
        var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
        try {
            rows.end();
            copy.writeToCopy(rows.buffer(), 0, rows.size());
            long written = copy.endCopy();
            if (written != count) {
                throw new SQLException("copy into point: expected " + count + " rows but the database took " + written);
            }
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private byte[] utf8(String model) {
        return models.computeIfAbsent(model, text -> text.getBytes(StandardCharsets.UTF_8));
    }
}
