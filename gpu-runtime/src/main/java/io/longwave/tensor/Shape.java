package io.longwave.tensor;

import java.util.Arrays;

/** Sizes of the axes of a tensor, the last one fastest in memory. A scalar has no axes and size 1. */
public final class Shape {
    private final int[] dims;
    private final int size;

    private Shape(int[] dims) {
        long product = 1;
        for (int dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException("an axis cannot be negative: " + Arrays.toString(dims));
            }
            product = Math.multiplyExact(product, (long) dim);
        }
        if (product > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException(
                    "a tensor holds at most 2^31 - 65 numbers, but " + Arrays.toString(dims) + " asks for " + product);
        }
        this.dims = dims;
        this.size = (int) product;
    }

    public static Shape of(int... dims) {
        return new Shape(dims.clone());
    }

    public int rank() {
        return dims.length;
    }

    /** Size of one axis; negative axes count from the last. */
    public int dim(int axis) {
        return dims[axis < 0 ? dims.length + axis : axis];
    }

    /** Product of all axes. */
    public int size() {
        return size;
    }

    public int[] toArray() {
        return dims.clone();
    }

    public boolean is(int... expected) {
        return Arrays.equals(dims, expected);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    @Override
    public String toString() {
        return Arrays.toString(dims);
    }
}
