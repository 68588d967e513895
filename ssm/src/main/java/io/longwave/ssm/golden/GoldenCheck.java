package io.longwave.ssm.golden;

import java.util.Map;

import io.longwave.kernel.Kernels;

/** Computes what one kind of golden case expects. */
public interface GoldenCheck {

    /** The kind: cases whose name starts with this and a separator belong to it. */
    String kind();

    /**
     * Runs the case.
     *
     * @throws GoldenCaseException if a key is missing or a shape differs
     * @throws IllegalArgumentException if the sizes of the case are impossible
     */
    Computed compute(GoldenCase golden, Kernels kernels);

    /** What float32 kernels may differ by; {@link Bounds#NOT_CHECKED} where rounding is amplified. */
    Bounds singlePrecisionBounds(GoldenCase golden);

    /** What float64 kernels may differ by. */
    default Bounds doublePrecisionBounds(GoldenCase golden) {
        return Bounds.DOUBLE;
    }

    /**
     * Whether one number of a file means something. Some do not: at a pole, a file holds whatever its own rounding left.
     *
     * @param tensor its key
     * @param index of the number, row by row, complex numbers as two
     */
    default boolean compares(GoldenCase golden, String tensor, int index) {
        return true;
    }

    /**
     * Our numbers in the layout of the file.
     *
     * @param outputs by key of the case's outputs
     * @param grads by key of the case's grads
     */
    record Computed(Map<String, double[]> outputs, Map<String, double[]> grads) {}

    /**
     * Largest |x − ref| allowed, divided by max(floor, max |ref|).
     *
     * @param floor below this size of the reference the bound is absolute
     */
    record Bounds(double outputs, double grads, double floor) {
        /** For float64: as the makers of the cases suggest. */
        public static final Bounds DOUBLE = new Bounds(1e-9, 1e-7, 1);
        /** The case says nothing about float32. */
        public static final Bounds NOT_CHECKED = new Bounds(0, 0, 0);

        public boolean checked() {
            return outputs > 0;
        }
    }
}
