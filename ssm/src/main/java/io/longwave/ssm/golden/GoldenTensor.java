package io.longwave.ssm.golden;

import java.util.Arrays;

/**
 * Numbers of a golden case.
 *
 * @param shape as in the file; a complex tensor has one more last axis of 2, real and imaginary part
 * @param data row-major; owned by the case, read only
 */
public record GoldenTensor(int[] shape, double[] data) {

    /** @throws GoldenCaseException naming {@code what} unless the shape is as expected */
    public GoldenTensor require(String what, int... expected) {
        if (!Arrays.equals(shape, expected)) {
            throw new GoldenCaseException(what + ": expected shape " + Arrays.toString(expected) + " but was " + Arrays.toString(shape));
        }
        return this;
    }

    public double maxAbs() {
        return Arrays.stream(data).map(Math::abs).max().orElse(0);
    }
}
