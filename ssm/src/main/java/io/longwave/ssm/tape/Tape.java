package io.longwave.ssm.tape;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.ChannelNormalization;
import io.longwave.kernel.CompanionRecurrence;
import io.longwave.kernel.CrossEntropyLoss;
import io.longwave.kernel.DeviationLoss;
import io.longwave.kernel.Dropout;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.Pointwise;
import io.longwave.kernel.SequenceLayout;
import io.longwave.kernel.TapRegularization;
import io.longwave.tensor.Tensor;

/** The recorded steps of one network for one batch size. */
public final class Tape {
    private final Kernels kernels;
    private final @Nullable DropoutStream dropouts;
    private final List<Runnable> forward = new ArrayList<>();
    private final List<Runnable> backward = new ArrayList<>();
    private final List<Variable> variables = new ArrayList<>();
    /** Results whose first step has the index in {@link #backward}: that step is the last to read their gradient. */
    private final List<List<Variable>> results = new ArrayList<>();
    private @Nullable GradientMemory memory;
    private int dropoutPlaces;

    /**
     * @param dropouts where masks come from; null for a pass without dropout
     */
    public Tape(Kernels kernels, @Nullable DropoutStream dropouts) {
        this.kernels = kernels;
        this.dropouts = dropouts;
    }

    /** Where masks come from; null for a pass without dropout, which is every pass that is not training. */
    public @Nullable DropoutStream dropouts() {
        return dropouts;
    }

    /** Whether this pass trains: it draws dropout masks and takes batch statistics. A training pass always has a stream, if one of rate 0. */
    public boolean training() {
        return dropouts != null;
    }

    public Kernels kernels() {
        return kernels;
    }

    public void forward() {
        forward.forEach(Runnable::run);
    }

    /** Runs the steps back; call after {@link #forward()}. Gradients of trained tensors must have been forgotten by their owner. */
    public void backward() {
        variables.forEach(Variable::forgetGradient);
        for (int i = backward.size() - 1; i >= 0; i--) {
            backward.get(i).run();
            results.get(i).forEach(Variable::giveUpGradient);
        }
    }

    /**
     * Lets the gradients of what is recorded from now on share memory: each is given up when the step that was recorded first after its variable was
     * made has run backward. For training passes, where only gradients of trained tensors are read afterwards.
     */
    public void shareGradients() {
        memory = new GradientMemory(kernels);
    }

    /** A result of a step. */
    public Variable variable(int... dims) {
        Variable variable = Variable.result(kernels, kernels.zeros(dims), memory);
        variables.add(variable);
        while (results.size() <= backward.size()) {
            results.add(new ArrayList<>());
        }
        results.get(backward.size()).add(variable);
        return variable;
    }

    /** Numbers in all results of steps; what gradients and the steps themselves hold comes on top. */
    public long numbers() {
        return variables.stream().mapToLong(variable -> variable.value().size()).sum();
    }

    /** Data or a fixed buffer. */
    public Variable constant(Tensor value) {
        return Variable.constant(kernels, value);
    }

    /** Any step; the backward part finds the gradients of its results where {@link Variable#reached()} says so. */
    public void record(Runnable forwardStep, Runnable backwardStep) {
        forward.add(forwardStep);
        backward.add(backwardStep);
        while (results.size() < backward.size()) {
            results.add(new ArrayList<>());
        }
    }

    /** â = a / ‖a‖ₚ, [H, N]. */
    public Variable normalizedRows(Variable a, int order) {
        Tensor norms = kernels.zeros(a.dim(0));
        Variable out = variable(a.dim(0), a.dim(1));
        var normalization = kernels.rowNormalization();
        record(() -> normalization.forward(a.value(), order, norms, out.value()), () -> {
            if (out.reached() && a.differentiable()) {
                boolean add = a.accumulate();
                normalization.backward(a.value(), order, norms, out.value(), out.gradient(), a.gradient(), add);
            }
        });
        return out;
    }

    /** [H, length, N], see {@link CompanionRecurrence#powers}. */
    public Variable powers(Variable companion, Variable b, int length) {
        Variable out = variable(b.dim(0), length, b.dim(1));
        CompanionRecurrence recurrence = kernels.companionRecurrence();
        record(() -> recurrence.powers(companion.value(), b.value(), out.value()), () -> {
            if (out.reached()) {
                recurrence.powersBackward(companion.value(), out.value(), out.gradient(), companion.gradientToAddTo(), b.gradientToAddTo());
            }
        });
        return out;
    }

    /** k[t] = c · A^t b, [H, L]. */
    public Variable kernel(Variable powers, Variable c) {
        Variable out = variable(powers.dim(0), powers.dim(1));
        CompanionRecurrence recurrence = kernels.companionRecurrence();
        record(() -> recurrence.kernel(powers.value(), c.value(), out.value()), () -> {
            if (out.reached()) {
                boolean add = powers.accumulate();
                recurrence.kernelBackward(powers.value(), c.value(), out.gradient(), powers.gradient(), add, c.gradientToAddTo());
            }
        });
        return out;
    }

    /** R[h] = c (A + b kᵀ)^h, [H, steps, N]. */
    public Variable rollout(Variable companion, Variable b, Variable k, Variable c, int steps) {
        Variable out = variable(c.dim(0), steps, c.dim(1));
        CompanionRecurrence recurrence = kernels.companionRecurrence();
        record(() -> recurrence.rollout(companion.value(), b.value(), k.value(), c.value(), out.value()), () -> {
            if (out.reached()) {
                recurrence.rolloutBackward(companion.value(), b.value(), k.value(), out.value(), out.gradient(),
                        companion.gradientToAddTo(), b.gradientToAddTo(), k.gradientToAddTo(), c.gradientToAddTo());
            }
        });
        return out;
    }

    /** Causal convolution of u [V, B, L] with a kernel [R, K] into {@code channels} channels. */
    public Variable convolution(Variable u, Variable kernel, int channels) {
        Variable out = variable(channels, u.dim(1), u.dim(2));
        var convolution = kernels.causalConvolution();
        record(() -> convolution.forward(u.value(), kernel.value(), out.value(), false), () -> {
            if (!out.reached()) {
                return;
            }
            if (kernel.differentiable()) {
                boolean add = kernel.accumulate();
                convolution.kernelGradient(u.value(), out.gradient(), kernel.gradient(), add);
            }
            if (u.differentiable()) {
                boolean add = u.accumulate();
                convolution.inputGradient(out.gradient(), kernel.value(), u.gradient(), add);
            }
        });
        return out;
    }

    /** y[j] += skip[j] u[j mod V]. */
    public void addScaled(Variable u, Variable skip, Variable y) {
        var convolution = kernels.causalConvolution();
        record(() -> convolution.addScaled(u.value(), skip.value(), y.value()), () -> {
            if (!y.reached()) {
                return;
            }
            convolution.skipGradient(u.value(), y.gradient(), skip.gradientToAddTo());
            if (u.differentiable()) {
                convolution.addScaledInputGradient(y.gradient(), skip.value(), u.gradientToAddTo());
            }
        });
    }

    /** y += x, or y = x when {@code y} is new. */
    public Variable copyOf(Variable x) {
        Variable out = variable(x.value().shape().toArray());
        record(() -> kernels.copy(x.value(), out.value(), false), () -> {
            if (out.reached() && x.differentiable()) {
                boolean add = x.accumulate();
                kernels.copy(out.gradient(), x.gradient(), add);
            }
        });
        return out;
    }

    /** W dropout(gelu(s)) + bias of a sequence [D, B, L] into [M, B, L]. */
    public Variable activatedLinear(Variable s, Variable weight, Variable bias) {
        Variable out = variable(weight.dim(0), s.dim(1), s.dim(2));
        activatedLinear(s, weight, bias, false, out, false);
        return out;
    }

    /** y += W dropout(gelu(s)) + bias + s. */
    public void addResidualActivatedLinear(Variable s, Variable weight, Variable bias, Variable y) {
        activatedLinear(s, weight, bias, true, y, true);
    }

    private void activatedLinear(Variable s, Variable weight, Variable bias, boolean residual, Variable y, boolean addToY) {
        int place = dropoutPlaces++;
        int length = s.dim(2);
        int positions = s.dim(1) * length;
        Tensor flatS = s.value().view(s.dim(0), positions);
        Tensor flatY = y.value().view(weight.dim(0), positions);
        var layer = kernels.activatedLinear();
        record(() -> layer.forward(flatS, weight.value(), bias.value(), dropout(place, length), residual, flatY, addToY), () -> {
            if (y.reached()) {
                boolean add = s.accumulate();
                layer.backward(flatS, weight.value(), dropout(place, length), residual, y.gradient().view(weight.dim(0), positions),
                        s.gradient().view(s.dim(0), positions), add, weight.gradientToAddTo(), bias.gradientToAddTo());
            }
        });
    }

    Dropout dropout(int place, int length) {
        return dropouts == null ? Dropout.NONE : dropouts.at(place, length);
    }

    /** C[g] = A[g] B[g] of [G, M, K] and [G, K, N]. */
    public Variable product(Variable a, Variable b) {
        Variable out = variable(a.dim(0), a.dim(1), b.dim(2));
        var product = kernels.matrixProduct();
        record(() -> product.multiply(a.value(), false, b.value(), false, out.value(), false), () -> {
            if (out.reached()) {
                boolean addA = a.accumulate();
                product.multiply(out.gradient(), false, b.value(), true, a.gradient(), addA);
                boolean addB = b.accumulate();
                product.multiply(a.value(), true, out.gradient(), false, b.gradient(), addB);
            }
        });
        return out;
    }

    /** C[g] = A[g] B[g]ᵀ of [G, M, K] and [G, N, K]. */
    public Variable productWithTransposed(Variable a, Variable b) {
        Variable out = variable(a.dim(0), a.dim(1), b.dim(1));
        var product = kernels.matrixProduct();
        record(() -> product.multiply(a.value(), false, b.value(), true, out.value(), false), () -> {
            if (out.reached()) {
                boolean addA = a.accumulate();
                product.multiply(out.gradient(), false, b.value(), false, a.gradient(), addA);
                boolean addB = b.accumulate();
                product.multiply(out.gradient(), true, a.value(), false, b.gradient(), addB);
            }
        });
        return out;
    }

    /** Adds weight · RMSE to what is differentiated; its value goes to {@code loss[slot]}. */
    public void rmse(Variable p, int pFrom, Variable q, int qFrom, int count, Tensor loss, int slot, double weight) {
        var rmse = kernels.rmseLoss();
        record(() -> rmse.forward(p.value(), pFrom, q.value(), qFrom, count, loss, slot), () -> {
            Tensor qGradient = q.differentiable() ? q.gradientToAddTo() : null;
            boolean add = p.accumulate();
            rmse.backward(p.value(), pFrom, q.value(), qFrom, count, loss, slot, weight, p.gradient(), add, qGradient);
        });
    }

    /** y = W x + bias over channels, [D, P] or [D, B, L] into [M, P] or [M, B, L]; no bias where it is null. */
    public Variable linear(Variable x, Variable weight, @Nullable Variable bias) {
        return LayerSteps.linear(this, x, weight, bias);
    }

    /** f(x), element by element. */
    public Variable pointwise(Pointwise.Function function, Variable x) {
        return LayerSteps.pointwise(this, function, x);
    }

    /** x y, element by element. */
    public Variable times(Variable x, Variable y) {
        return LayerSteps.times(this, x, y);
    }

    /** x + y. */
    public Variable plus(Variable x, Variable y) {
        return LayerSteps.plus(this, x, y);
    }

    /** y += factor x. */
    public void addTo(Variable y, double factor, Variable x) {
        LayerSteps.addTo(this, y, factor, x);
    }

    /** a σ(b) of a over b, [2H, ..] into [H, ..]. */
    public Variable glu(Variable x) {
        return LayerSteps.glu(this, x);
    }

    /** y += a σ(b). */
    public void addGlu(Variable x, Variable y) {
        LayerSteps.addGlu(this, x, y);
    }

    /** Layer norm over the channels of each position, [H, ..]. */
    public Variable layerNorm(Variable x, Variable gain, Variable bias, double epsilon) {
        return LayerSteps.normalized(this, ChannelNormalization.Kind.LAYER, x, gain, bias, epsilon);
    }

    /** RMS norm over the channels of each position, [H, ..]; {@code bias} may be a constant of zeros. */
    public Variable rmsNorm(Variable x, Variable gain, Variable bias, double epsilon) {
        return LayerSteps.normalized(this, ChannelNormalization.Kind.RMS, x, gain, bias, epsilon);
    }

    /**
     * Batch norm of each channel of [H, B, L] over the first lengths[b] steps. A training pass takes the statistics of its batch and moves the
     * running ones towards them, any other pass uses the running ones.
     *
     * @param lengths [B], read anew in every pass
     * @param mean,variance running statistics, buffers [H]
     * @param momentum share of the batch in the running statistics
     */
    public Variable batchNorm(Variable x, int[] lengths, Variable gain, Variable bias, Variable mean, Variable variance, double epsilon,
            double momentum) {
        return LayerSteps.batchNorm(this, x, lengths, gain, bias, mean, variance, epsilon, momentum);
    }

    /** Dropout with a mask of its own in each training step; tied masks are shared along the last axis. */
    public Variable dropout(Variable x) {
        return dropouts == null ? x : LayerSteps.dropout(this, dropoutPlaces++, x);
    }

    /** Mean over the first lengths[b] steps, [H, B, L] into [H, B]; {@code lengths} is read anew in every pass. */
    public Variable meanOverTime(Variable x, int[] lengths) {
        return HeadSteps.meanOverTime(this, x, lengths);
    }

    /** The last of the first lengths[b] steps, [H, B, L] into [H, B]; {@code lengths} is read anew in every pass. */
    public Variable lastInTime(Variable x, int[] lengths) {
        return HeadSteps.lastInTime(this, x, lengths);
    }

    /** Swaps the last two axes, [G, M, N] into [G, N, M]. */
    public Variable transposed(Variable x) {
        return HeadSteps.transposed(this, x);
    }

    /** {@code count} elements of the last axis. */
    public Variable slice(Variable x, int from, int count) {
        return HeadSteps.slice(this, x, from, count);
    }

    /** Rows [B, L, V] of the host as channels [V patch, B, ⌈L / patch⌉], see {@link SequenceLayout#toChannels}; data, no gradient. */
    public Variable channelsOf(Tensor rows, int @Nullable [] lengths, int patch, @Nullable Tensor mean, @Nullable Tensor scale) {
        return HeadSteps.channelsOf(this, rows, lengths, patch, mean, scale);
    }

    /**
     * Adds weight · cross-entropy to what is differentiated; its value goes to {@code loss[slot]}.
     *
     * @param logits [C, B]
     * @param labels [B], read anew in every pass
     * @return probabilities, [C, B]
     */
    public Tensor crossEntropy(Variable logits, int[] labels, CrossEntropyLoss.Weighting weighting, Tensor loss, int slot, double weight) {
        return HeadSteps.crossEntropy(this, logits, labels, weighting, loss, slot, weight);
    }

    /** Adds weight · mean deviation to what is differentiated; its value goes to {@code loss[slot]}. {@code q} and {@code mask} are data. */
    public void deviation(DeviationLoss.Kind kind, Variable p, Tensor q, @Nullable Tensor mask, Tensor loss, int slot, double weight) {
        HeadSteps.deviation(this, kind, p, q, mask, loss, slot, weight);
    }

    /** Adds weight · mean square error to what is differentiated; its value goes to {@code loss[slot]}. */
    public void meanSquaredError(Variable p, Tensor q, @Nullable Tensor mask, Tensor loss, int slot, double weight) {
        deviation(DeviationLoss.Kind.SQUARED, p, q, mask, loss, slot, weight);
    }

    /**
     * Convolution of each channel with a kernel of its own or of its group, [H, B, L] with [R, K]; with {@code back}, [R, M], also over the
     * future, and with a skip [H].
     */
    public Variable longConvolution(Variable u, Variable kernel, @Nullable Variable back, @Nullable Variable skip) {
        return longConvolution(u, kernel, back, skip, TapRegularization.Settings.NONE);
    }

    /** The same with kernels squashed and smoothed on their way into it. */
    public Variable longConvolution(Variable u, Variable kernel, @Nullable Variable back, @Nullable Variable skip,
            TapRegularization.Settings regularization) {
        return ConvolutionSteps.longConvolution(this, u.dim(0), u, kernel, back, skip, null, null, regularization);
    }

    /**
     * The same from u [V, B, L] into {@code channels} channels, of which channel j reads series j mod V, between gates: y = outputGate · c of
     * inputGate · u, see {@link io.longwave.kernel.LongConvolution}.
     */
    public Variable gatedLongConvolution(int channels, Variable u, Variable kernel, @Nullable Variable back, @Nullable Variable skip,
            @Nullable Variable inputGate, @Nullable Variable outputGate, TapRegularization.Settings regularization) {
        return ConvolutionSteps.longConvolution(this, channels, u, kernel, back, skip, inputGate, outputGate, regularization);
    }

    /**
     * Squashed and smoothed taps of kernels, see {@link TapRegularization}.
     *
     * @param k [R, K]
     * @return [R, K]
     */
    public Variable regularizedTaps(Variable k, TapRegularization.Settings settings) {
        return ConvolutionSteps.regularizedTaps(this, k, settings);
    }
}
