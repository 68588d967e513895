package io.longwave.ssm.tape;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

/**
 * A tensor on a tape with the gradient of the loss in it. The first step of a backward pass that reaches the gradient overwrites it, later
 * ones add, so nothing large is cleared.
 */
public final class Variable {
    private final Kernels kernels;
    private final Tensor value;
    private final boolean differentiable;
    private final @Nullable Variable viewed;
    private @Nullable Tensor gradient;
    private boolean reached;

    Variable(Kernels kernels, Tensor value, boolean differentiable) {
        this(kernels, value, differentiable, null);
    }

    private Variable(Kernels kernels, Tensor value, boolean differentiable, @Nullable Variable viewed) {
        this.kernels = kernels;
        this.value = value;
        this.differentiable = differentiable;
        this.viewed = viewed;
    }

    /** The same numbers, and the same gradient, under another shape of the same size. */
    public Variable view(int... dims) {
        return new Variable(kernels, value.view(dims), differentiable, viewed == null ? this : viewed);
    }

    /** A trained tensor. */
    public static Variable trained(Kernels kernels, Tensor value) {
        return new Variable(kernels, value, true);
    }

    /** Data or a fixed buffer. */
    public static Variable constant(Kernels kernels, Tensor value) {
        return new Variable(kernels, value, false);
    }

    public Tensor value() {
        return value;
    }

    public int dim(int axis) {
        return value.dim(axis);
    }

    /** Whether anyone asks for its gradient. */
    public boolean differentiable() {
        return differentiable;
    }

    /** Whether the backward pass so far has put something into the gradient. */
    public boolean reached() {
        return viewed == null ? reached : viewed.reached();
    }

    /** The gradient; meaningful once {@link #reached()}. */
    public Tensor gradient() {
        if (gradient == null) {
            gradient = viewed == null ? kernels.zeros(value.shape().toArray()) : viewed.gradient().view(value.shape().toArray());
        }
        return gradient;
    }

    /** Asks to write the gradient: false for the first writer of a pass, who overwrites, true for the others, who add. */
    public boolean accumulate() {
        if (viewed != null) {
            return viewed.accumulate();
        }
        boolean add = reached;
        reached = true;
        return add;
    }

    /** The gradient for a step that always adds; cleared first where needed. */
    public Tensor gradientToAddTo() {
        if (!accumulate()) {
            kernels.fill(gradient(), 0);
        }
        return gradient();
    }

    /** Adds numbers that a step found on the host, for the few parameters that are worked on in float64. */
    public void addToGradient(double[] numbers) {
        if (accumulate()) {
            kernels.copy(kernels.of(numbers, value.shape().toArray()), gradient(), true);
        } else {
            kernels.upload(numbers, gradient());
        }
    }

    /** Forgets the gradient before a new backward pass. */
    public void forgetGradient() {
        if (viewed != null) {
            viewed.forgetGradient();
        }
        reached = false;
    }
}
