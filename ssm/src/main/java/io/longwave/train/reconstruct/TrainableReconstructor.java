package io.longwave.train.reconstruct;

import io.longwave.train.TrainableModel;

/** A model that gives windows back through a bottleneck, so that what it cannot give back is unusual. */
public interface TrainableReconstructor extends TrainableModel {

    /** L, rows of a window. */
    int window();

    /** V, columns. */
    int variates();

    /**
     * One optimiser step on one batch.
     *
     * @param windows [B, L, V], standardised; read only
     * @return the training loss before the step
     */
    double trainStep(float[] windows, int batch, OptimizerStep step);

    /**
     * What the model makes of windows, with dropout off.
     *
     * @param windows [B, L, V]; read only
     * @param out [B, L, V]
     */
    void reconstruct(float[] windows, int batch, float[] out);
}
