package io.longwave.kernel.reference;

import io.longwave.kernel.CrossEntropyLoss;
import io.longwave.tensor.Tensor;

final class ReferenceCrossEntropyLoss implements CrossEntropyLoss {

    @Override
    public void forward(Tensor logits, int[] labels, Weighting weighting, Tensor probabilities, Tensor loss, int slot) {
        CrossEntropyLoss.check(logits, labels, weighting, probabilities);
        probabilities(logits, probabilities);
        int classes = logits.dim(0);
        int batch = logits.dim(1);
        double sum = 0;
        double weights = 0;
        for (int b = 0; b < batch; b++) {
            double normalizer = logOfSum(logits, b);
            for (int c = 0; c < classes; c++) {
                double logProbability = ReferenceTensor.of(logits)[c * batch + b] - normalizer;
                sum -= share(weighting, labels[b], c, classes) * logProbability;
            }
            weights += weighting.of(labels[b]);
        }
        ReferenceTensor.of(loss)[slot] = sum / weights;
    }

    /** What −ln p[c] is multiplied by where the label is y. */
    private static double share(Weighting weighting, int label, int c, int classes) {
        double smoothed = weighting.smoothing() / classes * weighting.of(c);
        return c == label ? (1 - weighting.smoothing()) * weighting.of(label) + smoothed : smoothed;
    }

    private static double logOfSum(Tensor logits, int b) {
        double[] z = ReferenceTensor.of(logits);
        int batch = logits.dim(1);
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < logits.dim(0); c++) {
            largest = Math.max(largest, z[c * batch + b]);
        }
        double sum = 0;
        for (int c = 0; c < logits.dim(0); c++) {
            sum += Math.exp(z[c * batch + b] - largest);
        }
        return largest + Math.log(sum);
    }

    @Override
    public void backward(Tensor probabilities, int[] labels, Weighting weighting, double weight, Tensor target, boolean accumulate) {
        CrossEntropyLoss.check(target, labels, weighting, probabilities);
        double[] p = ReferenceTensor.of(probabilities);
        double[] dz = ReferenceTensor.of(target);
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
                double d = weight * (shares * p[c * batch + b] - share(weighting, labels[b], c, classes)) / weights;
                dz[c * batch + b] = accumulate ? dz[c * batch + b] + d : d;
            }
        }
    }

    @Override
    public void probabilities(Tensor logits, Tensor probabilities) {
        probabilities.requireShape("probabilities", logits.dim(0), logits.dim(1));
        int batch = logits.dim(1);
        for (int b = 0; b < batch; b++) {
            double normalizer = logOfSum(logits, b);
            for (int c = 0; c < logits.dim(0); c++) {
                ReferenceTensor.of(probabilities)[c * batch + b] = Math.exp(ReferenceTensor.of(logits)[c * batch + b] - normalizer);
            }
        }
    }
}
