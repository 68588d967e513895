package io.longwave.model.stream;

import java.sql.SQLException;

/** Hears of each step of a batch on the thread that does it. What it throws stops the batch there. */
@FunctionalInterface
interface BatchObserver {
    BatchObserver NONE = (step, nextOffset) -> {};

    /** @param nextOffset position after the batch */
    void reached(BatchStep step, long nextOffset) throws SQLException;
}
