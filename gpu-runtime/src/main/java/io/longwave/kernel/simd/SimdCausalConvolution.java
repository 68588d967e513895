package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.CausalConvolution;
import io.longwave.kernel.LongConvolution.Terms;
import io.longwave.kernel.simd.SpectralConvolution.Operands;
import io.longwave.tensor.Tensor;

/**
 * Chooses by size among three ways: tap by tap, as a product of matrices, by transforms. Where they cross was measured, see
 * {@code ops/bench/BENCHMARKS.md}; the choice depends on sizes alone.
 */
final class SimdCausalConvolution implements CausalConvolution {
    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;
    private final DirectConvolution direct;
    private final GemmConvolution gemm;
    private final SpectralConvolution spectral;
    private final Choice choice;

    SimdCausalConvolution(WorkPool pool, ThreadLocal<Scratch> scratch, SpectralConvolution spectral) {
        this(pool, scratch, spectral, ConvolutionWay::fastest);
    }

    SimdCausalConvolution(WorkPool pool, ThreadLocal<Scratch> scratch, SpectralConvolution spectral, Choice choice) {
        this.pool = pool;
        this.choice = choice;
        this.scratch = scratch;
        this.direct = new DirectConvolution(pool, scratch);
        this.gemm = new GemmConvolution(pool, scratch);
        this.spectral = spectral;
    }

    /** Which way for these sizes. */
    interface Choice {
        ConvolutionWay of(Extent x, int taps, int perRow);
    }

    @Override
    public void forward(Tensor u, Tensor kernel, Tensor y, boolean accumulate) {
        Extent x = Extent.check(u, kernel, y);
        int taps = kernel.dim(1);
        int perRow = x.channelsPerRow(kernel);
        switch (choice.of(x, taps, perRow)) {
            case DIRECT -> direct.forward(x, SimdTensor.of(u), SimdTensor.of(kernel), taps, perRow, SimdTensor.of(y), accumulate);
            case GEMM -> gemm.forward(x, SimdTensor.of(u), SimdTensor.of(kernel), taps, perRow, SimdTensor.of(y), accumulate);
            case SPECTRAL -> spectral.forward(Operands.of(x, Terms.of(u, kernel)), SimdTensor.of(y), accumulate);
        }
    }

    @Override
    public void inputGradient(Tensor gradient, Tensor kernel, Tensor inputGradient, boolean accumulate) {
        Extent x = Extent.check(inputGradient, kernel, gradient);
        int taps = kernel.dim(1);
        int perRow = x.channelsPerRow(kernel);
        float[] dy = SimdTensor.of(gradient);
        float[] k = SimdTensor.of(kernel);
        float[] du = SimdTensor.of(inputGradient);
        switch (choice.of(x, taps, perRow)) {
            case DIRECT -> direct.inputGradient(x, dy, k, taps, perRow, du, accumulate);
            case GEMM -> gemm.inputGradient(x, dy, k, taps, perRow, du, accumulate);
            case SPECTRAL -> spectral.inputGradient(Operands.of(x, Terms.of(inputGradient, kernel)), dy, du, null, !accumulate);
        }
    }

    @Override
    public void kernelGradient(Tensor uTensor, Tensor gradient, Tensor kernelGradient, boolean accumulate) {
        Extent x = Extent.check(uTensor, kernelGradient, gradient);
        int taps = kernelGradient.dim(1);
        int perRow = x.channelsPerRow(kernelGradient);
        float[] u = SimdTensor.of(uTensor);
        float[] dy = SimdTensor.of(gradient);
        float[] dk = SimdTensor.of(kernelGradient);
        if (!accumulate) {
            Arrays.fill(dk, 0);
        }
        switch (choice.of(x, taps, perRow)) {
            case DIRECT -> direct.kernelGradient(x, u, dy, dk, taps, perRow);
            case GEMM -> gemm.kernelGradient(x, u, dy, dk, taps, perRow);
            case SPECTRAL -> spectral.kernelGradient(Operands.of(x, Terms.of(uTensor, kernelGradient)), dy, dk, null);
        }
    }

    @Override
    public void addScaled(Tensor uTensor, Tensor skipTensor, Tensor yTensor) {
        Extent x = Extent.check(uTensor, yTensor);
        skipTensor.requireShape("skip", x.channels());
        float[] u = SimdTensor.of(uTensor);
        float[] skip = SimdTensor.of(skipTensor);
        float[] y = SimdTensor.of(yTensor);
        int run = x.batch() * x.length();
        pool.run(x.channels(), j -> Rows.addScaled(skip[j], u, j % x.variates() * run, y, j * run, run));
    }

    @Override
    public void skipGradient(Tensor uTensor, Tensor gradient, Tensor skipGradient) {
        Extent x = Extent.check(uTensor, gradient);
        skipGradient.requireShape("skip gradient", x.channels());
        float[] u = SimdTensor.of(uTensor);
        float[] dy = SimdTensor.of(gradient);
        float[] dskip = SimdTensor.of(skipGradient);
        int run = x.batch() * x.length();
        pool.run(x.channels(), j -> dskip[j] += Rows.dot(dy, j * run, u, j % x.variates() * run, run, scratch.get().array(2, Rows.WIDTH)));
    }

    @Override
    public void addScaledInputGradient(Tensor gradient, Tensor skipTensor, Tensor inputGradient) {
        Extent x = Extent.check(inputGradient, gradient);
        skipTensor.requireShape("skip", x.channels());
        float[] dy = SimdTensor.of(gradient);
        float[] skip = SimdTensor.of(skipTensor);
        float[] du = SimdTensor.of(inputGradient);
        int run = x.batch() * x.length();
        pool.run(x.variates(), v -> {
            for (int j = v; j < x.channels(); j += x.variates()) {
                Rows.addScaled(skip[j], dy, j * run, du, v * run, run);
            }
        });
    }
}
