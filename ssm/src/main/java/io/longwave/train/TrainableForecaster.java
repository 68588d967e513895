package io.longwave.train;

/**
 * A forecaster as the training loop sees it: host arrays at the border, whatever backend inside. B batch, L lag, H horizon, V variates.
 */
public interface TrainableForecaster extends TrainableModel {

    /** L, rows the model sees. */
    int lag();

    /** H, rows it predicts. */
    int horizon();

    /** V, columns in and out. */
    int variates();

    /**
     * Fits what has a closed form, once, before the first step of a training.
     *
     * @param train all training windows, standardised
     */
    default void prepare(Windows train) {}

    /**
     * One optimiser step on one batch.
     *
     * @param windows [B, L + H, V], standardised; read only
     * @param batch B
     * @return the training loss before the step, with dropout on
     */
    double trainStep(float[] windows, int batch, OptimizerStep step);

    /**
     * Forecasts with dropout off.
     *
     * @param lags [B, L, V]; read only
     * @param batch B
     * @param out [B, H, V]
     */
    void forecast(float[] lags, int batch, float[] out);
}
