package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/** What is done to every number of a tensor by itself. Tensors of one call have the same shape and, where said, may be the same tensor. */
public interface Pointwise {

    /** y = f(x); {@code y} may be {@code x}. */
    void forward(Function function, Tensor x, Tensor y);

    /**
     * dx = f′(x) dy.
     *
     * @param x what the function was given
     * @param gradient dy
     * @param target dx; may be {@code gradient} when not accumulated
     */
    void backward(Function function, Tensor x, Tensor gradient, Tensor target, boolean accumulate);

    /** out = a b element by element; {@code out} may be one of them. */
    void multiply(Tensor a, Tensor b, Tensor out, boolean accumulate);

    /** y += factor x. */
    void addScaled(double factor, Tensor x, Tensor y);

    /** x ← factor x. */
    void scale(double factor, Tensor x);

    /** Σ x², summed in double in an order that depends on the size only. */
    double sumOfSquares(Tensor x);

    /** Functions with their derivatives. */
    enum Function {
        /** x. */
        IDENTITY,
        /** max(x, 0), with slope 0 at 0. */
        RELU,
        /** x Φ(x) with the exact Φ(x) = (1 + erf(x / √2)) / 2, Hendrycks and Gimpel, arXiv:1606.08415. */
        GELU,
        /** x / (1 + e^−x). */
        SILU,
        /** 1 / (1 + e^−x). */
        SIGMOID,
        /** ln(1 + e^x). */
        SOFTPLUS,
        TANH,
        EXP
    }

    static void check(Tensor x, Tensor... others) {
        int[] dims = x.shape().toArray();
        for (Tensor other : others) {
            other.requireShape("tensor beside " + x.shape(), dims);
        }
    }
}
