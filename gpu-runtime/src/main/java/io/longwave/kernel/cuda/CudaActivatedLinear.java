package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.ActivatedLinear;
import io.longwave.kernel.Dropout;
import io.longwave.tensor.Tensor;

/** {@link ActivatedLinear} by {@code activated_linear.cu}. */
record CudaActivatedLinear(Launcher launcher, GemmPlan.Choice choice) implements ActivatedLinear {

    @Override
    public void forward(Tensor s, Tensor weight, Tensor bias, Dropout dropout, boolean residual, Tensor y, boolean accumulate) {
        ActivatedLinear.check(s, weight, bias, residual, y);
        int channels = s.dim(0);
        int outputs = weight.dim(0);
        int positions = s.dim(1);
        GemmPlan plan = GemmPlan.of(choice, 1, outputs, positions, channels, false);
        launcher.launch(plan.kernel("activated_linear_forward", ""), plan.shape(), s, weight, bias, y, outputs, channels, positions,
                dropout.key(), dropout.span(), dropout.threshold(), (float) dropout.scale(), residual, accumulate);
    }

    @Override
    public void backward(Tensor s, Tensor weight, Dropout dropout, boolean residual, Tensor gradient, Tensor inputGradient,
            boolean accumulate, Tensor weightGradient, Tensor biasGradient) {
        ActivatedLinear.check(s, weight, biasGradient, residual, gradient);
        ActivatedLinear.check(inputGradient, weightGradient, biasGradient, residual, gradient);
        int channels = s.dim(0);
        int outputs = weight.dim(0);
        int positions = s.dim(1);
        PartSums.addRows(launcher, gradient, biasGradient);
        weightGradient(s, dropout, gradient, weightGradient);
        GemmPlan plan = GemmPlan.of(choice, 1, channels, positions, outputs, false);
        launcher.launch(plan.kernel("activated_linear_input_gradient", ""), plan.shape(), s, weight, gradient, inputGradient, outputs,
                channels, positions, dropout.key(), dropout.span(), dropout.threshold(), (float) dropout.scale(), residual, accumulate);
    }

    private void weightGradient(Tensor s, Dropout dropout, Tensor gradient, Tensor target) {
        GemmPlan plan = GemmPlan.of(choice, 1, gradient.dim(0), s.dim(0), s.dim(1), true);
        if (plan.splits() == 1) {
            weightGradient(plan, s, dropout, gradient, target, null);
            return;
        }
        try (DeviceMemory parts = launcher.scratch((long) plan.splits() * target.size())) {
            weightGradient(plan, s, dropout, gradient, target, parts);
            PartSums.add(launcher, parts, 0, plan.splits(), target, true);
        }
    }

    private void weightGradient(GemmPlan plan, Tensor s, Dropout dropout, Tensor gradient, Tensor target, @Nullable DeviceMemory parts) {
        launcher.launch(plan.kernel("activated_linear_weight_gradient", ""), plan.shape(), s, gradient, target, parts, gradient.dim(0),
                s.dim(0), s.dim(1), plan.stretch(), dropout.key(), dropout.span(), dropout.threshold(), (float) dropout.scale());
    }
}
