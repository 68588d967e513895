package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.RmseLoss;
import io.longwave.tensor.Tensor;

/** {@link RmseLoss} by {@code rmse_loss.cu}. The loss stays on the device. */
record CudaRmseLoss(Launcher launcher) implements RmseLoss {

    @Override
    public void forward(Tensor p, int pFrom, Tensor q, int qFrom, int count, Tensor loss, int slot) {
        RmseLoss.check(p, pFrom, q, qFrom, count, loss, slot);
        int n = p.dim(0) * p.dim(1) * count;
        LaunchShape shape = LaunchShapes.parts(n);
        try (DeviceMemory parts = launcher.doubles(shape.gridX())) {
            launcher.launch("rmse_loss_parts", shape, p, p.dim(2), pFrom, q, q.dim(2), qFrom, count, n, parts);
            launcher.launch("rmse_loss_total", LaunchShapes.total(shape.gridX()), parts, shape.gridX(), n, loss, slot);
        }
    }

    @Override
    public void backward(Tensor p, int pFrom, Tensor q, int qFrom, int count, Tensor loss, int slot, double weight, Tensor pGradient,
            boolean accumulate, @Nullable Tensor qGradient) {
        RmseLoss.check(p, pFrom, q, qFrom, count, loss, slot);
        pGradient.requireShape("gradient of p", p.shape().toArray());
        float weightOverN = (float) (weight / ((double) p.dim(0) * p.dim(1) * count));
        launcher.launchOver(p.size(), "rmse_loss_backward", p, p.dim(2), pFrom, q, q.dim(2), qFrom, count, p.size(), loss, slot,
                weightOverN, pGradient, accumulate);
        if (qGradient != null) {
            qGradient.requireShape("gradient of q", q.shape().toArray());
            // a launch of its own: p and q may be stretches of one tensor
            launcher.launchOver(q.size(), "rmse_loss_backward", q, q.dim(2), qFrom, p, p.dim(2), pFrom, count, q.size(), loss, slot,
                    weightOverN, qGradient, true);
        }
    }
}
