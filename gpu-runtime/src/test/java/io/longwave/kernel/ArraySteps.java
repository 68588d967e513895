package io.longwave.kernel;

import java.util.IdentityHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.ChannelNormalization.Kind;
import io.longwave.tensor.Tensor;

/** Steps of many series on arrays: what goes in is copied into tensors and all of it comes back. An array given twice is one tensor. */
public final class ArraySteps {
    private final Kernels kernels;

    public ArraySteps(Kernels kernels) {
        this.kernels = kernels;
    }

    private final class Copies implements AutoCloseable {
        private final Map<float[], Tensor> tensors = new IdentityHashMap<>();

        Tensor of(float[] values, int... dims) {
            return tensors.computeIfAbsent(values, _ -> kernels.of(values, dims.length == 0 ? new int[]{values.length} : dims));
        }

        @Nullable
        Tensor orNull(float @Nullable [] values) {
            return values == null ? null : of(values);
        }

        @Override
        public void close() {
            tensors.forEach((values, tensor) -> kernels.download(tensor, values));
        }
    }

    public void diagonal(DiagonalStep.Modes modes, float[] state, float[] u, float[] y, int series) {
        try (Copies copies = new Copies()) {
            kernels.diagonalStep().step(modes, copies.of(state), copies.of(u), copies.of(y), series);
        }
    }

    public void selective(SelectiveStep.System system, float[] state, float[] u, float[] delta, float[] b, float[] c, float @Nullable [] z,
            float[] y, int series) {
        try (Copies copies = new Copies()) {
            kernels.selectiveStep().step(system, copies.of(state), copies.of(u), copies.of(delta), copies.of(b), copies.of(c),
                    copies.orNull(z), copies.of(y), series);
        }
    }

    public void linear(float[] weight, float @Nullable [] bias, int inputs, float[] x, float[] y, int series) {
        try (Copies copies = new Copies()) {
            kernels.seriesLinear().apply(copies.of(weight, weight.length / inputs, inputs), copies.orNull(bias), copies.of(x), copies.of(y),
                    series);
        }
    }

    public void convolution(float[] weight, float[] bias, float[] state, int stateAt, float[] x, float[] y, int series) {
        try (Copies copies = new Copies()) {
            kernels.seriesConvolution().step(copies.of(weight), copies.of(bias), copies.of(state), stateAt, copies.of(x), copies.of(y),
                    series);
        }
    }

    public void finite(float[] taps, int count, float[] state, float[] u, float[] y, int series) {
        try (Copies copies = new Copies()) {
            kernels.finiteStep().step(copies.of(taps, taps.length / count, count), copies.of(state), copies.of(u), copies.of(y), series);
        }
    }

    public void gelu(float[] x, int size) {
        try (Copies copies = new Copies()) {
            kernels.seriesActivation().gelu(copies.of(x), size);
        }
    }

    public void addGated(float[] x, float[] y, int size) {
        try (Copies copies = new Copies()) {
            kernels.seriesActivation().addGated(copies.of(x), copies.of(y), size);
        }
    }

    public void normalize(Kind kind, float[] x, float epsilon, float[] gain, float[] bias, float[] y, int series) {
        try (Copies copies = new Copies()) {
            kernels.seriesActivation().normalize(kind, copies.of(x), epsilon, copies.of(gain), copies.of(bias), copies.of(y), series);
        }
    }

    public void scale(float[] x, float[] mean, float[] gain, float[] bias, float[] y, int series) {
        try (Copies copies = new Copies()) {
            kernels.seriesActivation().scale(copies.of(x), copies.of(mean), copies.of(gain), copies.of(bias), copies.of(y), series);
        }
    }
}
