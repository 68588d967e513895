package io.longwave.db.point;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A score as a column of type real holds it. */
public final class StoredScore {
    private StoredScore() {}

    /**
     * The shortest decimal that the column tells from others, as PostgreSQL writes it, or null. The driver changes to binary values once a statement was asked a few times; read as a double
     * the same column has then other digits than before.
     */
    public static @Nullable Double of(ResultSet row, String column) throws SQLException {
        float score = row.getFloat(column);
        return row.wasNull() ? null : (Double) Double.parseDouble(Float.toString(score));
    }
}
