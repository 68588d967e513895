package io.longwave.kernel;

import java.util.Arrays;
import java.util.List;

import io.longwave.kernel.DiagonalKernel.Form;
import io.longwave.kernel.DiagonalKernel.Numbers;
import io.longwave.tensor.Tensor;

/** {@link Numbers} as arrays of a test: inv_dt, A_real, A_imag, B and C, in this order. */
final class DiagonalNumbers {
    static final List<String> NAMES = List.of("inv_dt", "A_real", "A_imag", "B", "C");

    private DiagonalNumbers() {}

    static int[][] dims(Form form) {
        return new int[][]{{form.channels(), form.stepPerMode() ? form.modes() : 1}, {form.copies(), form.modes()},
                {form.copies(), form.modes()}, {1, form.copies(), form.modes(), 2}, {form.heads(), form.channels(), form.modes(), 2}};
    }

    static double[][] draw(Gen gen, int[][] dims) {
        double[][] out = new double[dims.length][];
        for (int i = 0; i < dims.length; i++) {
            out[i] = gen.numbers(Arrays.stream(dims[i]).reduce(1, (a, b) -> a * b));
        }
        return out;
    }

    static Numbers of(Kernels kernels, Form form, double[]... numbers) {
        int[][] dims = dims(form);
        return new Numbers(kernels.of(numbers[0], dims[0]), kernels.of(numbers[1], dims[1]), kernels.of(numbers[2], dims[2]),
                kernels.of(numbers[3], dims[3]), kernels.of(numbers[4], dims[4]));
    }

    static List<Tensor> tensors(Numbers numbers) {
        return List.of(numbers.invDt(), numbers.aReal(), numbers.aImag(), numbers.b(), numbers.c());
    }

    /** A kernel and the gradients of the numbers it was made from, as {@link KernelComparison#agrees} compares them. */
    static double[][] results(Kernels kernels, Tensor kernel, Numbers sums) {
        return new double[][]{kernels.toDoubles(kernel), kernels.toDoubles(sums.invDt()), kernels.toDoubles(sums.aReal()),
                kernels.toDoubles(sums.aImag()), kernels.toDoubles(sums.b()), kernels.toDoubles(sums.c())};
    }
}
