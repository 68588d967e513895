package io.longwave.kernel.reference;

import io.longwave.tensor.Shape;
import io.longwave.tensor.Tensor;

/** A tensor over a {@code double[]}. */
record ReferenceTensor(Shape shape, double[] data) implements Tensor {

    static double[] of(Tensor tensor) {
        if (tensor instanceof ReferenceTensor(Shape _, double[] data)) {
            return data;
        }
        throw new IllegalArgumentException("expected a tensor of the reference kernels but was " + tensor.getClass().getSimpleName());
    }

    @Override
    public Tensor view(int... dims) {
        Shape other = Shape.of(dims);
        if (other.size() != shape.size()) {
            throw new IllegalArgumentException("a view of " + shape + " cannot have shape " + other);
        }
        return new ReferenceTensor(other, data);
    }

    @Override
    public String toString() {
        return "reference" + shape;
    }
}
