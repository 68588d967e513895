package io.longwave.kernel.cuda;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.DeviationLoss;
import io.longwave.tensor.Tensor;

/** {@link DeviationLoss} by {@code deviation_loss.cu}. The loss and the sum of the mask stay on the device. */
record CudaDeviationLoss(Launcher launcher) implements DeviationLoss {

    @Override
    public void forward(Kind kind, Tensor p, Tensor q, @Nullable Tensor mask, Tensor loss, int slot) {
        DeviationLoss.check(p, q, mask);
        LaunchShape shape = LaunchShapes.parts(p.size());
        try (DeviceMemory parts = launcher.doubles(2L * shape.gridX())) {
            launcher.launch("deviation_loss_" + name(kind) + "_parts", shape, p, q, mask, (long) p.size(), parts);
            launcher.launch("deviation_loss_total", LaunchShapes.total(shape.gridX()), parts, shape.gridX(), loss, slot);
        }
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void backward(Kind kind, Tensor p, Tensor q, @Nullable Tensor mask, double weight, Tensor target, boolean accumulate) {
        DeviationLoss.check(p, q, mask);
        DeviationLoss.check(target, q, mask);
        if (mask == null) {
            backward(kind, p, q, null, null, (float) (weight / p.size()), target, accumulate);
            return;
        }
        LaunchShape shape = LaunchShapes.parts(mask.size());
        try (DeviceMemory parts = launcher.doubles(shape.gridX()); DeviceMemory scale = launcher.scratch(1)) {
            launcher.launch("deviation_loss_mask_parts", shape, mask, (long) mask.size(), parts);
            launcher.launch("deviation_loss_mask_scale", LaunchShapes.total(shape.gridX()), parts, shape.gridX(), (float) weight, scale);
            backward(kind, p, q, mask, scale, 0, target, accumulate);
        }
    }

    private void backward(Kind kind, Tensor p, Tensor q, @Nullable Tensor mask, @Nullable DeviceMemory maskedScale, float plainScale,
            Tensor target, boolean accumulate) {
        launcher.launchOver(p.size(), "deviation_loss_" + name(kind) + "_backward", p, q, mask, maskedScale, plainScale, target,
                (long) p.size(), accumulate);
    }
}
