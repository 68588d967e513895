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

/** The model that is at work on the series now, which a new one has to be better than. */
final class Incumbent {
    private static final int BATCH = 50;

    private final AtWork atWork;
    private final Path dataDirectory;
    private final SeriesTable rows;

    /** @param rows before missing values were filled */
    Incumbent(AtWork atWork, Path dataDirectory, SeriesTable rows) {
        this.atWork = atWork;
        this.dataDirectory = dataDirectory;
        this.rows = rows;
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
     * @param task of the candidate, on the same rows
     * @param error of the candidate on the test windows of the task
     * @throws CommandException if they cannot be compared
     */
    Comparison compare(ForecastTask task, TrainableForecaster candidate, ForecastError error) {
        String model = atWork.model();
        if (model == null) {
            return ofSeries(new OnlineModel(), task, error);
        }
        StoredModel stored = TrainingRequest.open(model, dataDirectory);
        try {
            return atWork.jointly()
                    ? ofGroup(JointModel.open(stored), task, candidate, error)
                    : ofSeries(ModelFamilies.streaming(stored), task, error);
        } catch (CheckpointException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    private Comparison ofSeries(StreamingModel model, ForecastTask task, ForecastError error) {
        return new Comparison(model.id(), task.horizon(), measured(StreamedForecaster.of(model, rows, task), task), error);
    }

    private Comparison ofGroup(JointModel model, ForecastTask task, TrainableForecaster candidate, ForecastError error) {
        int horizon = Math.min(task.horizon(), model.longestHorizon());
        if (horizon == 0) {
            throw new CommandException("it does not forecast.");
        }
        ForecastTask shared = horizon == task.horizon() ? task : new ForecastTask(rows, task.split(), task.lag(), horizon);
        return new Comparison(model.id(), horizon, measured(StreamedForecaster.of(model, rows, shared), shared),
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
