package io.longwave.tensor;

/** Numbers of one shape in the memory of one set of kernels. Only the kernels that made it can look inside. */
public interface Tensor {
    Shape shape();

    /** The same numbers under another shape of the same size; writes to one are seen in the other. */
    Tensor view(int... dims);

    /** Size of one axis; negative axes count from the last. */
    default int dim(int axis) {
        return shape().dim(axis);
    }

    default int size() {
        return shape().size();
    }

    /** @throws IllegalArgumentException unless there are {@code size} numbers */
    default void requireSize(int size) {
        if (size != size()) {
            throw new IllegalArgumentException("expected " + size() + " numbers for shape " + shape() + " but was " + size);
        }
    }

    /** @throws ShapeMismatchException unless the shape is exactly {@code expected} */
    default void requireShape(String name, int... expected) {
        if (!shape().is(expected)) {
            throw new ShapeMismatchException(name, Shape.of(expected), shape());
        }
    }

    /** @throws IllegalArgumentException unless there are {@code rank} axes */
    default void requireRank(String name, int rank) {
        if (shape().rank() != rank) {
            throw new IllegalArgumentException(name + ": expected " + rank + " axes but was " + shape());
        }
    }
}
