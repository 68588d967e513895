package io.longwave.model.stream;

import java.sql.SQLException;

/** A checkpoint met one of another partition; trying the batch again settles it. */
final class SeriesMovedException extends SQLException {
    private static final long serialVersionUID = 1L;

    SeriesMovedException(String message) {
        super(message, "40001");
    }
}
