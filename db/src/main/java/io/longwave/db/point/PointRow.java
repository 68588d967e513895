package io.longwave.db.point;

import org.jspecify.annotations.Nullable;

/**
 * One measured value, or the summary of several. Of a counter there is a point for each two values, at the time of the second.
 *
 * @param timeNanos nanoseconds since the epoch; of a summary, the start of its bucket
 * @param value what the model saw: the value, of a counter its rate per second; of a summary, the mean
 * @param min smallest value of a summary; equal to {@code value} of a single point
 * @param max largest value of a summary; equal to {@code value} of a single point
 * @param count how many points it stands for
 * @param predicted what the model expected before it saw the value; null while it warmed up or when the point came late
 * @param lower lower end of the expected range
 * @param upper upper end of the expected range
 * @param score anomaly score in [0, 1]; of a summary, the largest
 * @param model id of the model that expected it
 * @param total what a counter stood at; null for a gauge and for a summary
 */
public record PointRow(long timeNanos, double value, double min, double max, long count, @Nullable Double predicted, @Nullable Double lower,
        @Nullable Double upper, @Nullable Double score, @Nullable String model, @Nullable Double total) {}
