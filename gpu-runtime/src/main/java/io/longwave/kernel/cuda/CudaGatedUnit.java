package io.longwave.kernel.cuda;

import io.longwave.kernel.GatedUnit;
import io.longwave.tensor.Tensor;

/** {@link GatedUnit} by {@code gated_unit.cu}. */
record CudaGatedUnit(Launcher launcher) implements GatedUnit {

    @Override
    public void forward(Tensor x, Tensor y, boolean accumulate) {
        GatedUnit.check(x, y);
        launcher.launchOver(y.size(), "gated_unit_forward", x, y, (long) y.size(), accumulate);
    }

    @Override
    public void backward(Tensor x, Tensor gradient, Tensor target, boolean accumulate) {
        GatedUnit.check(x, gradient);
        GatedUnit.check(target, gradient);
        launcher.launchOver(gradient.size(), "gated_unit_backward", x, gradient, target, (long) gradient.size(), accumulate);
    }
}
