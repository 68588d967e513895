package io.longwave.backend;

import java.util.Optional;
import java.util.SplittableRandom;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.Tensor;

/** A few small problems whose answers are known: a device that gets them wrong, or fails at them, is not used. */
final class SelfTest {
    private static final int SIZE = 100;
    private static final double TOLERANCE = 1e-4;

    private SelfTest() {}

    /** What went wrong first, if anything did. */
    static Optional<String> firstFault(Kernels kernels) {
        double[] numbers = new SplittableRandom(1).doubles(SIZE * SIZE, -1, 1).toArray();
        try {
            double[] expected = activatedProduct(new ReferenceKernels(), numbers);
            double[] found = activatedProduct(kernels, numbers);
            for (int i = 0; i < expected.length; i++) {
                if (!(Math.abs(expected[i] - found[i]) <= TOLERANCE * SIZE)) {
                    return Optional.of("expected " + expected[i] + " but was " + found[i]);
                }
            }
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** A gated product of a matrix with itself: copies both ways, a launch of blocks of threads and one over elements. */
    private static double[] activatedProduct(Kernels kernels, double[] numbers) {
        Tensor matrix = kernels.of(numbers, 1, SIZE, SIZE);
        Tensor product = kernels.zeros(1, SIZE, SIZE);
        kernels.matrixProduct().multiply(matrix, false, matrix, true, product, false);
        Tensor gated = kernels.zeros(SIZE / 2, SIZE);
        kernels.gatedUnit().forward(product.view(SIZE, SIZE), gated, false);
        return kernels.toDoubles(gated);
    }
}
