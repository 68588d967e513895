package io.longwave.kernel.simd;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Shape;
import io.longwave.tensor.Tensor;

/** A tensor over a {@code float[]}. */
record SimdTensor(Shape shape, float[] data) implements Tensor {

    static float[] of(Tensor tensor) {
        if (tensor instanceof SimdTensor(Shape _, float[] data)) {
            return data;
        }
        throw new IllegalArgumentException("expected a tensor of the simd kernels but was " + tensor.getClass().getSimpleName());
    }

    /** The numbers of a tensor that may be absent. */
    static float @Nullable [] orNull(@Nullable Tensor tensor) {
        return tensor == null ? null : of(tensor);
    }

    @Override
    public Tensor view(int... dims) {
        Shape other = Shape.of(dims);
        if (other.size() != shape.size()) {
            throw new IllegalArgumentException("a view of " + shape + " cannot have shape " + other);
        }
        return new SimdTensor(other, data);
    }

    @Override
    public String toString() {
        return "simd" + shape;
    }
}
