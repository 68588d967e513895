package io.longwave.ssm.spacetime;

import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.tape.DropoutStream;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/** Weights of a SpaceTime network and the passes recorded over them. Confined to one thread at a time. */
final class SpaceTimeNetwork {
    private final Kernels kernels;
    private final SpaceTimeConfig config;
    private final ParameterSet parameters;
    private final Variable differences;
    private final Variable residuals;
    private final BlockWeights[] blocks;
    private final Variable decoderA;
    private final Variable decoderB;
    private final Variable decoderC;
    private final Variable decoderK;
    private final Variable headWeight;
    private final Variable headBias;

    SpaceTimeNetwork(Kernels kernels, SpaceTimeConfig config) {
        this.kernels = kernels;
        this.config = config;
        this.parameters = new ParameterSet(kernels);
        SplittableRandom random = new SplittableRandom(config.seed());
        int width = config.modelDim();
        int residualRows = config.filterRepeats() * (SpaceTimeConfig.FILTERS - SpaceTimeConfig.DIFFERENCES);
        this.blocks = new BlockWeights[config.encoderBlocks()];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = blockWeights("encoder.blocks." + i + ".", i == 0 ? config.kernels() : width, random);
        }
        int n = config.decoderStateSize();
        gaussian("decoder.blocks.ssm.skip", random, width); // in the published weights; nothing reads it, so it is never trained
        this.decoderA = gaussian("decoder.blocks.ssm.a", random, width, n);
        this.decoderB = gaussian("decoder.blocks.ssm.b", random, width, n);
        this.decoderC = gaussian("decoder.blocks.ssm.c", random, width, n);
        this.decoderK = gaussian("decoder.blocks.ssm.k", random, width, n);
        this.headWeight = uniform("output.layers.2.weight", random, width, config.variates(), width);
        this.headBias = uniform("output.layers.2.bias", random, width, config.variates());
        this.differences = parameters.buffer("encoder.blocks.0.pre.diff_kernel", PreprocessingFilters.differences(config.filterRepeats()),
                config.filterRepeats() * SpaceTimeConfig.DIFFERENCES, SpaceTimeConfig.DIFFERENCES);
        this.residuals = parameters.buffer("encoder.blocks.0.pre.ma_r_kernel",
                PreprocessingFilters.averageResiduals(residualRows, config.minAverageWindow(), config.maxAverageWindow(), random),
                residualRows,
                config.maxAverageWindow());
    }

    private BlockWeights blockWeights(String prefix, int rows, SplittableRandom random) {
        int width = config.modelDim();
        int n = config.encoderStateSize();
        return new BlockWeights(gaussian(prefix + "ssm.skip", random, width), gaussian(prefix + "ssm.a", random, rows, n),
                gaussian(prefix + "ssm.b", random, rows, n), gaussian(prefix + "ssm.c", random, rows, n),
                uniform(prefix + "mlp.layers.2.weight", random, width, width, width),
                uniform(prefix + "mlp.layers.2.bias", random, width, width));
    }

    private record BlockWeights(Variable skip, Variable a, Variable b, Variable c, Variable weight, Variable bias) {}

    private Variable gaussian(String name, SplittableRandom random, int... dims) {
        double[] values = new double[size(dims)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        return parameters.trained(name, values, dims);
    }

    /** U(−1/√fanIn, 1/√fanIn). */
    private Variable uniform(String name, SplittableRandom random, int fanIn, int... dims) {
        double bound = 1 / Math.sqrt(fanIn);
        double[] values = new double[size(dims)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextDouble(-bound, bound);
        }
        return parameters.trained(name, values, dims);
    }

    private static int size(int... dims) {
        int size = 1;
        for (int dim : dims) {
            size *= dim;
        }
        return size;
    }

    Kernels kernels() {
        return kernels;
    }

    SpaceTimeConfig config() {
        return config;
    }

    ParameterSet parameters() {
        return parameters;
    }

    /** Records a pass that also computes the loss; windows are [B, L + T, V]. */
    Pass trainingPass(int batch, @Nullable DropoutStream dropouts) {
        return new Pass(batch, config.horizon(), dropouts, true);
    }

    /** Records a pass that forecasts {@code horizon} steps; windows are [B, L, V]. */
    Pass forecastPass(int batch, int horizon) {
        return new Pass(batch, horizon, null, false);
    }

    /** One recorded pass. */
    final class Pass {
        final Tensor windows;
        final Tensor offset;
        final Variable z;
        final Variable firstSsm;
        final Variable encoded;
        final Variable closed;
        final @Nullable Variable open;
        final @Nullable Variable nextInput;
        final Tensor out;
        final Tensor losses;
        private final Tape tape;
        private final Variable u;
        private final Variable filterTaps;

        private Pass(int batch, int horizon, @Nullable DropoutStream dropouts, boolean training) {
            this.tape = new Tape(kernels, dropouts);
            int variates = config.variates();
            int lag = config.lag();
            int rows = training ? lag + horizon : lag;
            int width = config.modelDim();
            this.windows = kernels.zeros(batch, rows, variates);
            this.offset = kernels.zeros(variates, batch);
            this.losses = kernels.zeros(3);
            this.out = kernels.zeros(batch, horizon, variates);
            Variable centred = tape.constant(kernels.zeros(variates, batch, rows));
            this.u = tape.constant(kernels.zeros(variates, batch, lag));
            tape.record(() -> kernels.windowCentring().centre(windows, lag, config.offset(), offset, centred.value(), u.value()), () -> {});

            // Filter and companion are both linear and every channel reads a raw series, so the first block's two convolutions in a row
            // become one with the composed kernel: composed[j] = k[row(j)] * f[j] + skip[j] f[j].
            Filters filters = filters();
            this.filterTaps = filters.taps;
            this.z = tape.convolution(u, filters.taps, width);
            BlockWeights first = blocks[0];
            Variable composed = tape.convolution(filters.padded, openKernel(first), width);
            tape.addScaled(filters.padded, first.skip, composed);
            this.firstSsm = convolutionWith(u, composed, width);
            tape.addResidualActivatedLinear(firstSsm, first.weight, first.bias, z);
            Variable x = z;
            for (int i = 1; i < blocks.length; i++) {
                BlockWeights block = blocks[i];
                Variable s = tape.convolution(x, openKernel(block), width);
                tape.addScaled(x, block.skip, s);
                Variable y = tape.copyOf(x);
                tape.addResidualActivatedLinear(s, block.weight, block.bias, y);
                x = y;
            }
            this.encoded = x;

            var decoder = new ClosedLoopDecoder(tape, x, decoderA, decoderB, decoderC, decoderK, config.normOrder());
            var weights = config.lossWeights();
            this.closed = tape.activatedLinear(decoder.closed(decoder.lagState(), horizon), headWeight, headBias);
            if (training && weights.horizon() > 0) {
                tape.rmse(closed, 0, centred, lag, horizon, losses, 0, weights.horizon());
            }
            int warm = config.encoderStateSize();
            Variable openHead = null;
            Variable next = null;
            if (training && weights.needsOpenPass()) {
                Variable powers = decoder.openPowers();
                if (weights.oneStep() > 0) {
                    openHead = tape.activatedLinear(decoder.open(powers), headWeight, headBias);
                    tape.rmse(openHead, warm - 1, centred, warm, lag - warm + 1, losses, 1, weights.oneStep());
                }
                if (weights.nextInput() > 0) {
                    next = decoder.openNextInput(powers);
                    tape.rmse(next, warm - 1, encoded, warm, lag - warm, losses, 2, weights.nextInput());
                }
            }
            this.open = openHead;
            this.nextInput = next;
            tape.record(() -> kernels.windowCentring().restore(closed.value(), offset, out), () -> {});
        }

        private Variable openKernel(BlockWeights block) {
            Variable companion = tape.normalizedRows(block.a, config.normOrder());
            return tape.kernel(tape.powers(companion, block.b, config.lag()), block.c);
        }

        /** Convolves with per-channel kernels that are themselves a sequence [D, 1, L]. */
        private Variable convolutionWith(Variable u, Variable composed, int width) {
            Variable y = tape.variable(width, u.dim(1), u.dim(2));
            int length = composed.dim(2);
            Tensor kernel = composed.value().view(width, length);
            var convolution = kernels.causalConvolution();
            tape.record(() -> convolution.forward(u.value(), kernel, y.value(), false), () -> {
                boolean add = composed.accumulate();
                convolution.kernelGradient(u.value(), y.gradient(), composed.gradient().view(width, length), add);
            });
            return y;
        }

        /** Reads the filter buffers anew in every pass: they arrive with the weights. */
        private Filters filters() {
            int width = config.modelDim();
            int lag = config.lag();
            int taps = Math.min(lag, Math.max(config.maxAverageWindow(), SpaceTimeConfig.DIFFERENCES));
            Filters filters = new Filters(tape.constant(kernels.zeros(width, taps)), tape.constant(kernels.zeros(width, 1, lag)));
            double[] differenceRows = kernels.toDoubles(differences.value());
            double[] residualRows = kernels.toDoubles(residuals.value());
            kernels.upload(PreprocessingFilters.perChannel(differenceRows, differences.dim(1), residualRows, residuals.dim(1), width,
                    config.headDim(), SpaceTimeConfig.FILTERS, taps), filters.taps.value());
            kernels.upload(PreprocessingFilters.perChannel(differenceRows, differences.dim(1), residualRows, residuals.dim(1), width,
                    config.headDim(), SpaceTimeConfig.FILTERS, lag), filters.padded.value());
            return filters;
        }

        private record Filters(Variable taps, Variable padded) {}

        /** f * u by itself; {@link #z} holds it only until the block's output is added. */
        Tensor preprocessed() {
            Tensor pre = kernels.zeros(z.value().shape().toArray());
            kernels.causalConvolution().forward(u.value(), filterTaps.value(), pre, false);
            return pre;
        }

        Tape tape() {
            return tape;
        }

        void forward() {
            tape.forward();
        }

        /** Fills the gradients of the parameters the loss depends on. */
        void backward() {
            parameters.forgetGradients();
            tape.backward();
        }

        /** Weighted sum of the parts computed. */
        double loss() {
            double[] parts = kernels.toDoubles(losses);
            var weights = config.lossWeights();
            return weights.horizon() * parts[0] + weights.oneStep() * parts[1] + weights.nextInput() * parts[2];
        }
    }
}
