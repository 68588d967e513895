package io.longwave.model.stream;

/** The points a batch passes, in order; tests stop the program at each of them. */
enum BatchStep {
    /** The transaction holds the position, and it has moved. */
    POSITION,
    /** New and late points are written. */
    RESULTS,
    /** Events, dead letters, forecasts and counters are written. */
    EVENTS,
    /** States are written. */
    CHECKPOINTS,
    /** The notice is queued; the commit comes next. */
    NOTICE,
    /** The transaction is committed; memory still holds the states from before. */
    COMMITTED
}
