package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.CrossEntropyLoss;
import io.longwave.tensor.Tensor;

/** {@link CrossEntropyLoss} by {@code cross_entropy_loss.cu}. Labels and weights go to the device, nothing comes back. */
record CudaCrossEntropyLoss(Launcher launcher) implements CrossEntropyLoss {

    @Override
    public void forward(Tensor logits, int[] labels, Weighting weighting, Tensor probabilities, Tensor loss, int slot) {
        CrossEntropyLoss.check(logits, labels, weighting, probabilities);
        int classes = logits.dim(0);
        int batch = logits.dim(1);
        LaunchShape shape = LaunchShapes.columns(batch);
        try (DeviceMemory y = launcher.integers(labels);
                DeviceMemory w = classWeights(weighting);
                DeviceMemory parts = launcher.doubles(shape.gridX())) {
            launcher.launch("cross_entropy_loss_parts", shape, logits, y, given(weighting, w), kept(weighting), spread(weighting, classes),
                    probabilities, classes, batch, parts);
            launcher.launch("cross_entropy_loss_total", LaunchShapes.total(shape.gridX()), parts, shape.gridX(),
                    (float) sumOfWeights(weighting, labels), loss, slot);
        }
    }

    /** Room for the class weights even where all are equal, so that it can be closed. */
    private DeviceMemory classWeights(Weighting weighting) {
        double[] weights = weighting.classWeights();
        float[] rounded = new float[weights.length];
        for (int c = 0; c < rounded.length; c++) {
            rounded[c] = (float) weights[c];
        }
        DeviceMemory memory = launcher.scratch(rounded.length);
        if (rounded.length > 0) {
            launcher.device().upload(rounded, memory);
        }
        return memory;
    }

    private static @Nullable DeviceMemory given(Weighting weighting, DeviceMemory weights) {
        return weighting.classWeights().length == 0 ? null : weights;
    }

    /** What the label's class has of its weight. */
    private static float kept(Weighting weighting) {
        return (float) (1 - weighting.smoothing());
    }

    /** What every class has of its weight. */
    private static float spread(Weighting weighting, int classes) {
        return (float) (weighting.smoothing() / classes);
    }

    private static double sumOfWeights(Weighting weighting, int[] labels) {
        double sum = 0;
        for (int label : labels) {
            sum += weighting.of(label);
        }
        return sum;
    }

    @Override
    public void backward(Tensor probabilities, int[] labels, Weighting weighting, double weight, Tensor target, boolean accumulate) {
        CrossEntropyLoss.check(target, labels, weighting, probabilities);
        int classes = target.dim(0);
        int batch = target.dim(1);
        double spreadSum = 0;
        for (int c = 0; c < classes; c++) {
            spreadSum += weighting.smoothing() / classes * weighting.of(c);
        }
        try (DeviceMemory y = launcher.integers(labels); DeviceMemory w = classWeights(weighting)) {
            launcher.launch("cross_entropy_loss_backward", LaunchShapes.columns(batch), probabilities, y, given(weighting, w),
                    kept(weighting), spread(weighting, classes), (float) spreadSum, (float) (weight / sumOfWeights(weighting, labels)),
                    target, classes, batch, accumulate);
        }
    }

    @Override
    public void probabilities(Tensor logits, Tensor probabilities) {
        probabilities.requireShape("probabilities", logits.dim(0), logits.dim(1));
        launcher.launch("cross_entropy_loss_probabilities", LaunchShapes.columns(logits.dim(1)), logits, probabilities, logits.dim(0),
                logits.dim(1));
    }
}
