package io.longwave.db.anomaly;

/** Where a page of events ended: its last event. */
public record AnomalyPosition(long startNanos, String id) {}
