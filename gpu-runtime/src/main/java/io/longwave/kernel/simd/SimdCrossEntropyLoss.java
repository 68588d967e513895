package io.longwave.kernel.simd;

import io.longwave.kernel.CrossEntropyLoss;
import io.longwave.tensor.Tensor;

/** A few hundred numbers per step: plain loops in double with the exponential and logarithm that are the same on every machine. */
final class SimdCrossEntropyLoss implements CrossEntropyLoss {

    @Override
    public void forward(Tensor logitsTensor, int[] labels, Weighting weighting, Tensor probabilitiesTensor, Tensor loss, int slot) {
        CrossEntropyLoss.check(logitsTensor, labels, weighting, probabilitiesTensor);
        float[] logits = SimdTensor.of(logitsTensor);
        float[] probabilities = SimdTensor.of(probabilitiesTensor);
        int classes = logitsTensor.dim(0);
        int batch = logitsTensor.dim(1);
        double sum = 0;
        double weights = 0;
        for (int b = 0; b < batch; b++) {
            double normalizer = softmax(logits, probabilities, b, classes, batch);
            for (int c = 0; c < classes; c++) {
                sum -= share(weighting, labels[b], c, classes) * (logits[c * batch + b] - normalizer);
            }
            weights += weighting.of(labels[b]);
        }
        SimdTensor.of(loss)[slot] = (float) (sum / weights);
    }

    /** Fills one column and returns ln Σ e^logit. */
    private static double softmax(float[] logits, float[] probabilities, int b, int classes, int batch) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            largest = Math.max(largest, logits[c * batch + b]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += StrictMath.exp(logits[c * batch + b] - largest);
        }
        double normalizer = largest + StrictMath.log(sum);
        for (int c = 0; c < classes; c++) {
            probabilities[c * batch + b] = (float) StrictMath.exp(logits[c * batch + b] - normalizer);
        }
        return normalizer;
    }

    /** What −ln p[c] is multiplied by where the label is y. */
    private static double share(Weighting weighting, int label, int c, int classes) {
        double smoothed = weighting.smoothing() / classes * weighting.of(c);
        return c == label ? (1 - weighting.smoothing()) * weighting.of(label) + smoothed : smoothed;
    }

    @Override
    public void backward(Tensor probabilitiesTensor, int[] labels, Weighting weighting, double weight, Tensor target,
            boolean accumulate) {
        CrossEntropyLoss.check(target, labels, weighting, probabilitiesTensor);
        float[] p = SimdTensor.of(probabilitiesTensor);
        float[] dz = SimdTensor.of(target);
        int classes = target.dim(0);
        int batch = target.dim(1);
        double weights = 0;
        for (int label : labels) {
            weights += weighting.of(label);
        }
        for (int b = 0; b < batch; b++) {
            double shares = 0;
            for (int c = 0; c < classes; c++) {
                shares += share(weighting, labels[b], c, classes);
            }
            for (int c = 0; c < classes; c++) {
                int i = c * batch + b;
                float d = (float) (weight * (shares * p[i] - share(weighting, labels[b], c, classes)) / weights);
                dz[i] = accumulate ? dz[i] + d : d;
            }
        }
    }

    @Override
    public void probabilities(Tensor logits, Tensor probabilities) {
        probabilities.requireShape("probabilities", logits.dim(0), logits.dim(1));
        for (int b = 0; b < logits.dim(1); b++) {
            softmax(SimdTensor.of(logits), SimdTensor.of(probabilities), b, logits.dim(0), logits.dim(1));
        }
    }
}
