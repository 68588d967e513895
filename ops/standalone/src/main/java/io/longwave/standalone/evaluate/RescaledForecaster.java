package io.longwave.standalone.evaluate;

import io.longwave.train.ForecastError;
import io.longwave.train.Scaler;
import io.longwave.train.TrainableForecaster;

/** Runs a model on data that were standardised otherwise than those it was trained on: through the unit of the column and back. */
final class RescaledForecaster implements ForecastError.Forecasting {

    private final TrainableForecaster model;
    private final boolean same;
    private final double[] scale; // [V], of the data's deviation in the model's
    private final double[] shift; // [V], of the data's mean on the model's scale

    RescaledForecaster(TrainableForecaster model, Scaler trained, Scaler data) {
        this.model = model;
        this.same = trained.mean().equals(data.mean()) && trained.std().equals(data.std());
        this.scale = new double[model.variates()];
        this.shift = new double[model.variates()];
        for (int v = 0; v < scale.length; v++) {
            scale[v] = data.std().get(v) / trained.std().get(v);
            shift[v] = (data.mean().get(v) - trained.mean().get(v)) / trained.std().get(v);
        }
    }

    @Override
    public void forecast(float[] lags, int batch, float[] out) {
        if (same) {
            model.forecast(lags, batch, out);
            return;
        }
        int variates = scale.length;
        float[] inputs = new float[batch * model.lag() * variates];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (float) (lags[i] * scale[i % variates] + shift[i % variates]);
        }
        model.forecast(inputs, batch, out);
        for (int i = 0; i < batch * model.horizon() * variates; i++) {
            out[i] = (float) ((out[i] - shift[i % variates]) / scale[i % variates]);
        }
    }
}
