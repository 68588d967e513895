package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;

import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.Tensor;

/** What contracts of single kernels share: results held against the float64 loops, gradients against central differences of these. */
public abstract class KernelComparison {
    private static final double STEP = 1e-6;
    protected final ReferenceKernels exact = new ReferenceKernels();

    protected abstract Kernels kernels();

    /** Compares with results of largest size 1, or relative to the largest, that are sums of {@code terms} rounded numbers. */
    protected final void near(double[] found, double[] expected, int terms) {
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        double tolerance = scale * Math.max(1e-8, kernels().roundingUnit() * 16 * (terms + 16));
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("element %d of %d", i, expected.length).isCloseTo(expected[i], within(tolerance));
        }
    }

    /** What a kernel makes of inputs: all results, gradients among them. */
    protected interface Run {
        double[][] on(Kernels kernels);
    }

    /** Runs on both sets of kernels and compares every result. */
    protected final void agrees(Run run, int terms) {
        double[][] expected = run.on(exact);
        double[][] found = run.on(kernels());
        assertThat(found.length).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            near(found[i], expected[i], terms);
        }
    }

    /** A forward pass on the float64 kernels. */
    protected interface Forward {
        double[] of(Kernels kernels, double[]... inputs);
    }

    /** d/d(inputs[which]) of Σ w · forward(inputs), by central differences in float64. */
    protected final double[] difference(Forward forward, int which, double[] w, double[]... inputs) {
        double[] x = inputs[which];
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double keep = x[i];
            x[i] = keep + STEP;
            double up = dot(w, forward.of(exact, inputs));
            x[i] = keep - STEP;
            double down = dot(w, forward.of(exact, inputs));
            x[i] = keep;
            out[i] = (up - down) / (2 * STEP);
        }
        return out;
    }

    /** Compares what a backward pass made of {@code before} with the gradient {@code expected} added to it, relative to the largest. */
    protected final void added(String what, double[] found, double[] before, double[] expected, double tolerance) {
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("%s, element %d of %d", what, i, expected.length)
                    .isCloseTo(before[i] + expected[i], within(scale * tolerance));
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    protected static double[] values(Kernels kernels, Tensor tensor) {
        return kernels.toDoubles(tensor);
    }
}
