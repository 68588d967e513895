package io.longwave.train;

import java.time.Duration;

/**
 * A table cut into windows for one lag and one horizon by the Informer convention: columns standardised with the training rows only; a window
 * belongs to the part that all its predicted rows belong to, its lag may reach back into the part before. Missing values are filled as {@link MissingValues} says, and count as observed.
 */
public final class ForecastTask {

    /** Part of a {@link Split}. */
    public enum Part {
        TRAIN, VALIDATION, TEST
    }

    private final SeriesTable table;
    private final Split split;
    private final Scaler scaler;
    private final int lag;
    private final int horizon;
    private final float[] rows;

    /** @throws IllegalArgumentException if the table or a part of the split is too short, naming what is needed and what there is */
    public ForecastTask(SeriesTable table, Split split, int lag, int horizon) {
        if (lag < 1 || horizon < 1) {
            throw new IllegalArgumentException("lag and horizon must be at least 1 but were " + lag + " and " + horizon);
        }
        if (split.rows() > table.rows()) {
            throw new IllegalArgumentException("the split needs " + split.rows() + " rows but the file has " + table.rows());
        }
        requireRows("training", split.train(), lag + horizon);
        requireRows("validation", split.validation(), horizon);
        requireRows("test", split.test(), horizon);
        this.table = table.filled();
        this.split = split;
        this.lag = lag;
        this.horizon = horizon;
        this.scaler = Scaler.fit(this.table, split.train());
        this.rows = scaler.standardise(this.table);
    }

    private static void requireRows(String part, int rows, int needed) {
        if (rows < needed) {
            throw new IllegalArgumentException(part + " has " + rows + " rows but one window needs " + needed);
        }
    }

    public Windows windows(Part part) {
        int variates = table.columns().size();
        return switch (part) {
            case TRAIN -> new Windows(rows, 0, split.train() - lag - horizon + 1, lag, horizon, variates);
            case VALIDATION -> new Windows(rows, split.train() - lag, split.validation() - horizon + 1, lag, horizon, variates);
            case TEST ->
                new Windows(rows, split.train() + split.validation() - lag, split.test() - horizon + 1, lag, horizon, variates);
        };
    }

    /** Rows of one day where the cadence divides it and there are at least two, else of one week, else of 52 weeks; 1 when nothing fits the lag. */
    public int seasonalPeriod() {
        long cadence = table.cadence().toMillis();
        if (cadence <= 0) {
            return 1;
        }
        for (Duration season : new Duration[]{Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(364)}) {
            long period = season.toMillis() / cadence;
            if (season.toMillis() % cadence == 0 && period > 1 && period <= lag) {
                return (int) period;
            }
        }
        return 1;
    }

    public SeriesTable table() {
        return table;
    }

    public Split split() {
        return split;
    }

    public Scaler scaler() {
        return scaler;
    }

    public int lag() {
        return lag;
    }

    public int horizon() {
        return horizon;
    }

    public int variates() {
        return table.columns().size();
    }
}
