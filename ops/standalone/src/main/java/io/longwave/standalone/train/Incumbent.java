package io.longwave.standalone.train;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.forecast.StreamedForecaster;
import io.longwave.ssm.joint.JointModel;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.standalone.client.ServingOptions.AtWork;
import io.longwave.standalone.command.CommandException;
import io.longwave.train.ForecastError;
import io.longwave.train.ForecastTask;
import io.longwave.train.ForecastTask.Part;
import io.longwave.train.SeriesTable;
import io.longwave.train.TrainableForecaster;
import java.nio.file.Path;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The model that is at work on the series now, which a new one has to be better than.
 *
 * @param longestHorizon rows ahead that it forecasts at most; 0 if it does not forecast
 * @param streamed what it would have forecast on the test windows of a task, of the rows before missing values were filled
 */
record Incumbent(String model, int longestHorizon, BiFunction<SeriesTable, ForecastTask, StreamedForecaster> streamed) {
    private static final int BATCH = 50;

    /** @throws CommandException if it cannot be read here */
    static Incumbent open(AtWork atWork, Path dataDirectory) {
        String model = atWork.model();
        if (model == null) {
            return of(new OnlineModel());
        }
        try {
            StoredModel stored = TrainingRequest.open(model, dataDirectory);
            return atWork.jointly() ? of(JointModel.open(stored)) : of(ModelFamilies.streaming(stored));
        } catch (CheckpointException | CommandException e) {
            throw new CommandException(model + " is at work now and has to be compared with, but cannot be read here: " + e.getMessage()
                    + "\nWithout --promote or --group the model is trained all the same.", e);
        }
    }

    private static Incumbent of(StreamingModel model) {
        return new Incumbent(model.id(), Integer.MAX_VALUE, (rows, task) -> StreamedForecaster.of(model, rows, task));
    }

    private static Incumbent of(JointModel model) {
        return new Incumbent(model.id(), model.longestHorizon(), (rows, task) -> StreamedForecaster.of(model, rows, task));
    }

    /**
     * Errors of both on the same test windows.
     *
     * @param horizon rows ahead: those of the task, or fewer where the one at work forecasts no further
     */
    record Comparison(String atWork, int horizon, ForecastError error, ForecastError candidate) {}

    /**
     * Measures both.
     *
     * @param rows the task's table before missing values were filled
     * @param task of the candidate
     * @param error of the candidate on the test windows of the task
     * @return null if the one at work does not forecast
     */
    @Nullable
    Comparison compare(SeriesTable rows, ForecastTask task, TrainableForecaster candidate, ForecastError error) {
        int horizon = Math.min(task.horizon(), longestHorizon);
        if (horizon == 0) {
            return null;
        }
        ForecastTask shared = horizon == task.horizon() ? task : new ForecastTask(rows, task.split(), task.lag(), horizon);
        return new Comparison(model, horizon, measured(streamed.apply(rows, shared), shared),
                shared == task ? error : measured((lags, batch, out) -> firstRows(candidate, lags, batch, out, horizon), shared));
    }

    private static ForecastError measured(ForecastError.Forecasting forecasting, ForecastTask task) {
        return ForecastError.of(forecasting, task.windows(Part.TEST), BATCH);
    }

    private static void firstRows(TrainableForecaster model, float[] lags, int batch, float[] out, int horizon) {
        int whole = model.horizon() * model.variates();
        int kept = horizon * model.variates();
        float[] all = new float[batch * whole];
        model.forecast(lags, batch, all);
        for (int b = 0; b < batch; b++) {
            System.arraycopy(all, b * whole, out, b * kept, kept);
        }
    }
}
