package io.longwave.train.classify;

import io.longwave.train.TrainableModel;

/** A classifier as the training loop sees it: host arrays at the border. B batch, L padded length, V channels, C classes. */
public interface TrainableClassifier extends TrainableModel {

    /** V, channels of a sequence. */
    int channels();

    /** C. */
    int classes();

    /**
     * One optimiser step on one batch.
     *
     * @param sequences [B, L, V], each padded at its end; what lies past its length is not looked at
     * @param lengths [B], steps of each, 1 to L
     * @param labels [B]
     * @param length L
     * @return mean cross-entropy before the step, with dropout on
     */
    double trainStep(float[] sequences, int[] lengths, int[] labels, int batch, int length, OptimizerStep step);

    /**
     * Probabilities with dropout off.
     *
     * @param sequences,lengths,length as for training
     * @param probabilities [B, C], out
     */
    void classify(float[] sequences, int[] lengths, int batch, int length, float[] probabilities);
}
