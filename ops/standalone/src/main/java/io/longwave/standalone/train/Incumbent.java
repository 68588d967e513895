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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The model that is at work on the series now, which a new one has to be better than. */
final class Incumbent {
    private static final int BATCH = 50;

    private final @Nullable StreamingModel ofSeries;
    private final @Nullable JointModel ofGroup;

    private Incumbent(@Nullable StreamingModel ofSeries, @Nullable JointModel ofGroup) {
        this.ofSeries = ofSeries;
        this.ofGroup = ofGroup;
    }

    /** @throws CommandException if it cannot be read here */
    static Incumbent open(AtWork atWork, Path dataDirectory) {
        String model = atWork.model();
        if (model == null) {
            return new Incumbent(new OnlineModel(), null);
        }
        try {
            StoredModel stored = TrainingRequest.open(model, dataDirectory);
            return atWork.jointly() ? new Incumbent(null, JointModel.open(stored)) : new Incumbent(ModelFamilies.streaming(stored), null);
        } catch (CheckpointException | CommandException e) {
            throw new CommandException(model + " is at work now and has to be compared with, but cannot be read here: " + e.getMessage()
                    + "\nWithout --promote or --group the model is trained all the same.", e);
        }
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
        if (ofSeries != null) {
            return new Comparison(ofSeries.id(), task.horizon(), measured(StreamedForecaster.of(ofSeries, rows, task), task), error);
        }
        JointModel model = Objects.requireNonNull(ofGroup);
        int horizon = Math.min(task.horizon(), model.longestHorizon());
        if (horizon == 0) {
            return null;
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
