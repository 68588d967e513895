package io.longwave.tensor;

/** A tensor of another shape than the operation needs; the text names the tensor and both shapes. */
public final class ShapeMismatchException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ShapeMismatchException(String name, Shape expected, Shape found) {
        super(name + ": expected " + expected + " but was " + found);
    }
}
