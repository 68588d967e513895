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
    private final @Nullable GradientMemory memory;
    private @Nullable Tensor gradient;
    private @Nullable Tensor viewedGradient;
    private boolean reached;
    private boolean givenUp;
    private boolean cleared;

    private Variable(Kernels kernels, Tensor value, boolean differentiable, @Nullable Variable viewed, @Nullable GradientMemory memory) {
        this.kernels = kernels;
        this.value = value;
        this.differentiable = differentiable;
        this.viewed = viewed;
        this.memory = memory;
    }

    /**
     * A result of a step.
     *
     * @param memory that its gradient shares with others, or null for memory of its own
     */
    static Variable result(Kernels kernels, Tensor value, @Nullable GradientMemory memory) {
        return new Variable(kernels, value, true, null, memory);
    }

    /** The same numbers, and the same gradient, under another shape of the same size. */
    public Variable view(int... dims) {
        return new Variable(kernels, value.view(dims), differentiable, viewed == null ? this : viewed, null);
    }

    /** A trained tensor. */
    public static Variable trained(Kernels kernels, Tensor value) {
        return new Variable(kernels, value, true, null, null);
    }

    /** Data or a fixed buffer. */
    public static Variable constant(Kernels kernels, Tensor value) {
        return new Variable(kernels, value, false, null, null);
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
        if (viewed != null) {
            Tensor whole = viewed.gradient();
            if (gradient == null || viewedGradient != whole) {
                gradient = whole.view(value.shape().toArray());
                viewedGradient = whole;
            }
            return gradient;
        }
        if (givenUp) {
            throw new IllegalStateException(
                    "the gradient of a step of " + value.shape() + " was given up when the step had handed it back");
        }
        if (gradient == null) {
            int[] dims = value.shape().toArray();
            gradient = memory == null ? kernels.zeros(dims) : memory.take(dims);
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
        if (!accumulate() && !isCleared()) {
            kernels.fill(gradient(), 0);
        }
        return gradient();
    }

    private boolean isCleared() { return viewed == null ? cleared : viewed.isCleared(); }

    /** Says that the gradient, forgotten before, holds zeros, so that who adds to it first need not clear it. */
    void markCleared() {
        cleared = true;
    }

    /** Forgets the gradient before a new backward pass. */
    public void forgetGradient() {
        if (viewed != null) {
            viewed.forgetGradient();
        }
        reached = false;
        givenUp = false;
        cleared = false;
    }

    /** Gives the memory of the gradient to others, once the step that made this has handed it back. */
    void giveUpGradient() {
        if (memory != null && gradient != null) {
            memory.giveBack(gradient);
            gradient = null;
            givenUp = true;
        }
    }
}
