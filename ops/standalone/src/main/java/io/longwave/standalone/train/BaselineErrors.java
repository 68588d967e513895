package io.longwave.standalone.train;

import io.longwave.train.Baseline;
import io.longwave.train.ForecastError;
import io.longwave.train.ForecastTask;
import io.longwave.train.RidgeForecaster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The naive forecasts every model is judged beside. */
public final class BaselineErrors {

    private static final int BATCH = 64;

    private BaselineErrors() {}

    /** Whether a baseline learns nothing. */
    static boolean isNaive(String baseline) {
        return !baseline.equals(RidgeForecaster.NAME);
    }

    /** Error of each on the test windows of a task, by its name. */
    public static Map<String, ForecastError> on(ForecastTask task) {
        int lag = task.lag();
        int horizon = task.horizon();
        int variates = task.variates();
        List<Baseline> baselines = new ArrayList<>();
        baselines.add(Baseline.repeatLast(lag, horizon, variates));
        baselines.add(Baseline.windowMean(lag, horizon, variates));
        if (task.seasonalPeriod() > 1) {
            baselines.add(Baseline.seasonalRepeat(task.seasonalPeriod(), lag, horizon, variates));
        }
        baselines.add(RidgeForecaster.fit(task));
        Map<String, ForecastError> errors = new LinkedHashMap<>();
        for (Baseline baseline : baselines) {
            errors.put(baseline.name(), ForecastError.of(baseline, task.windows(ForecastTask.Part.TEST), BATCH));
        }
        return errors;
    }
}
