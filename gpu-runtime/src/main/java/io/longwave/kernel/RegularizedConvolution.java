package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Tensor;

/**
 * A {@link LongConvolution} of regularised taps by one that knows of none: taps go through {@link TapRegularization} before it, their gradients
 * behind it.
 *
 * @param kernels of the set
 * @param convolution of taps as they are
 */
public record RegularizedConvolution(Kernels kernels, LongConvolution convolution) implements LongConvolution {

    @Override
    public void forward(Terms terms, Tensor y) {
        terms.check(y);
        convolution.forward(regular(terms), y);
    }

    @Override
    public void backward(Terms terms, Tensor gradient, Gradients gradients) {
        terms.check(gradient);
        gradients.check(terms);
        if (terms.regularization().isNone()) {
            convolution.backward(terms, gradient, gradients);
            return;
        }
        Tensor dk = zerosLike(gradients.kernel());
        Tensor dBack = zerosLike(gradients.back());
        convolution.backward(regular(terms), gradient,
                new Gradients(gradients.input(), dk, dBack, gradients.skip(), gradients.inputGate(), gradients.outputGate()));
        add(terms.kernel(), terms, dk, gradients.kernel());
        add(terms.back(), terms, dBack, gradients.back());
    }

    @Override
    public void proceed(Terms terms, Tensor tail, Tensor y) {
        terms.checkPiece(tail, y);
        convolution.proceed(regular(terms), tail, y);
    }

    private Terms regular(Terms terms) {
        if (terms.regularization().isNone()) {
            return terms;
        }
        Tensor back = terms.back();
        return new Terms(terms.input(), regular(terms.kernel(), terms), back == null ? null : regular(back, terms), terms.skip(),
                terms.inputGate(), terms.outputGate(), TapRegularization.Settings.NONE);
    }

    private Tensor regular(Tensor taps, Terms terms) {
        Tensor out = kernels.zeros(taps.shape().toArray());
        kernels.tapRegularization().forward(taps, terms.regularization(), out);
        return out;
    }

    private @Nullable Tensor zerosLike(@Nullable Tensor tensor) {
        return tensor == null ? null : kernels.zeros(tensor.shape().toArray());
    }

    /** From the gradient by taps as they are convolved to that of the taps. */
    private void add(@Nullable Tensor taps, Terms terms, @Nullable Tensor regular, @Nullable Tensor target) {
        if (taps != null && regular != null && target != null) {
            kernels.tapRegularization().backward(taps, terms.regularization(), regular, target, true);
        }
    }
}
