package io.longwave.train;

import java.time.Duration;

/**
 * A table cut into windows for one lag and one horizon by the Informer convention: columns standardised with the training rows only; a window
 * belongs to the part that all its predicted rows belong to, its lag may reach back into the part before. Missing values are filled as {@link MissingValues} says: a model learns from them, and no error is measured by them.
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
    private final boolean[] filled;

    /** @throws IllegalArgumentException if the table or a part of the split is too short, naming what is needed and what there is, or validation or test have no values */
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
        this.filled = table.missing() == 0 ? new boolean[0] : missing(table);
        requireValues("validation", windows(Part.VALIDATION));
        requireValues("test", windows(Part.TEST));
    }

    private static void requireValues(String part, Windows windows) {
        for (int index = 0; index < windows.count(); index++) {
            for (int i = 0; i < windows.horizon() * windows.variates(); i++) {
                if (windows.counts(index, i / windows.variates(), i % windows.variates())) {
                    return;
                }
            }
        }
        throw new IllegalArgumentException(part + " has no value to measure errors by: all of them are missing");
    }

    private static boolean[] missing(SeriesTable table) {
        int variates = table.columns().size();
        boolean[] missing = new boolean[table.rows() * variates];
        for (int i = 0; i < missing.length; i++) {
            missing[i] = Double.isNaN(table.values()[i % variates][i / variates]);
        }
        return missing;
    }

    private static void requireRows(String part, int rows, int needed) {
        if (rows < needed) {
            throw new IllegalArgumentException(part + " has " + rows + " rows but one window needs " + needed);
        }
    }

    public Windows windows(Part part) {
        int variates = table.columns().size();
        return switch (part) {
            case TRAIN -> new Windows(rows, filled, 0, split.train() - lag - horizon + 1, lag, horizon, variates);
            case VALIDATION -> new Windows(rows, filled, split.train() - lag, split.validation() - horizon + 1, lag, horizon, variates);
            case TEST ->
                new Windows(rows, filled, split.train() + split.validation() - lag, split.test() - horizon + 1, lag, horizon, variates);
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
