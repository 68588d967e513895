package io.longwave.ssm.forecast;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.longwave.ssm.joint.JointModel;
import io.longwave.ssm.joint.JointState;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.train.ForecastError;
import io.longwave.train.ForecastTask;
import io.longwave.train.SeriesTable;

/**
 * What a model that is at work would have forecast on the test windows of a task: its state is stepped through all rows before each, as a stream does, missing values left out. Where it
 * does not forecast, since it warms up or a gap was too long, the last values stand in. The windows are to be asked for in their order, each once, as {@link ForecastError} does. Means
 * only, on the task's scale.
 */
public final class StreamedForecaster implements ForecastError.Forecasting {
    private static final double[] NO_LEVELS = {};

    private final Stream stream;
    private final ForecastTask task;
    private final int firstWindowEnd;
    private int windows;

    private StreamedForecaster(Stream stream, ForecastTask task) {
        this.stream = stream;
        this.task = task;
        this.firstWindowEnd = task.split().train() + task.split().validation();
    }

    /** A state and the row it has come to. */
    private interface Stream {
        /** Steps through the rows before {@code end}. */
        void advance(int end);

        /** What is expected of each series from there on, [V]; null where the model does not say. */
        @Nullable
        List<Outlook> forecast(int horizon);
    }

    /** @param rows one column, the task's table before missing values were filled */
    public static StreamedForecaster of(StreamingModel model, SeriesTable rows, ForecastTask task) {
        requireColumns(1, rows);
        SeriesState state = model.newState();
        double[] values = rows.values()[0];
        return new StreamedForecaster(new Stream() {
            private int next;

            @Override
            public void advance(int end) {
                for (; next < end; next++) {
                    if (!Double.isNaN(values[next])) {
                        state.step(rows.timesNanos()[next], values[next]);
                    }
                }
            }

            @Override
            public @Nullable List<Outlook> forecast(int horizon) {
                Outlook outlook = state.forecast(horizon, NO_LEVELS);
                return outlook == null ? null : List.of(outlook);
            }
        }, task);
    }

    /**
     * @param rows the columns of the model in their order, the task's table before missing values were filled
     * @throws IllegalArgumentException if the model does not forecast, not so far, or has other columns
     */
    public static StreamedForecaster of(JointModel model, SeriesTable rows, ForecastTask task) {
        requireColumns(model.columns().size(), rows);
        if (task.horizon() > model.longestHorizon()) {
            throw new IllegalArgumentException(
                    "horizon: expected at most " + model.longestHorizon() + " of " + model.id() + " but was " + task.horizon());
        }
        JointState state = model.newState();
        long stepNanos = rows.cadence().toNanos();
        return new StreamedForecaster(new Stream() {
            private int next;

            @Override
            public void advance(int end) {
                double[][] values = new double[end - next][rows.columns().size()];
                for (int i = 0; i < values.length; i++) {
                    for (int v = 0; v < values[i].length; v++) {
                        values[i][v] = rows.values()[v][next + i];
                    }
                }
                state.step(values);
                next = end;
            }

            @Override
            public @Nullable List<Outlook> forecast(int horizon) {
                return state.forecast(horizon, NO_LEVELS, stepNanos);
            }
        }, task);
    }

    private static void requireColumns(int expected, SeriesTable rows) {
        if (rows.columns().size() != expected) {
            throw new IllegalArgumentException("expected a table of " + expected + " columns but was " + rows.columns());
        }
    }

    @Override
    public void forecast(float[] lags, int batch, float[] out) {
        int horizon = task.horizon();
        int variates = task.variates();
        for (int b = 0; b < batch; b++) {
            stream.advance(firstWindowEnd + windows++);
            List<Outlook> outlooks = stream.forecast(horizon);
            for (int v = 0; v < variates; v++) {
                double center = task.scaler().mean().get(v);
                double scale = task.scaler().std().get(v);
                float last = lags[((b + 1) * task.lag() - 1) * variates + v];
                for (int h = 0; h < horizon; h++) {
                    out[(b * horizon + h) * variates + v] = outlooks == null
                            ? last
                            : (float) ((outlooks.get(v).mean()[h] - center) / scale);
                }
            }
        }
    }
}
