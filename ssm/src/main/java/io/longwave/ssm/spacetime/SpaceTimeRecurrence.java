package io.longwave.ssm.spacetime;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.longwave.kernel.RowNormalization;
import io.longwave.ssm.windowed.SteppedNetwork;
import io.longwave.train.TrainableModel.NamedTensor;

/**
 * A SpaceTime network as a recurrence: one observation advances a state of N numbers per channel and block, O(N) work each, and a forecast is rolled from
 * the state alone. After t observations from a zero start the state says what the whole-sequence pass says at position t.
 *
 * <p>Everything is double, plain multiplications and additions in a fixed order and no library function, so the bits depend on the weights and the
 * observations alone. The roll-out acts on the state, 4 N D multiplications a step, and keeps no T roll-out rows: those are 8 T N D bytes (6 MiB at T 720
 * and N = D = 32), which are read from memory for longer than the roll takes.
 *
 * <p>Immutable; the states are not.
 */
final class SpaceTimeRecurrence implements SteppedNetwork {
    private final int variates;
    private final int width;
    private final int encoderStates;
    private final int decoderStates;
    private final int taps;
    private final double[] filters; // [taps, D]
    private final Block[] blocks;
    private final double[] decoderA; // [N, D], normalised
    private final double[] decoderB; // raw: what observations pass through
    private final double[] decoderBHat;
    private final double[] decoderCHat;
    private final double[] decoderKHat;
    private final double[] headWeight; // [V, D]
    private final double[] headBias;

    /**
     * One encoder block.
     *
     * @param a,b,c [N, D]
     * @param weight [D in, D out]
     * @param skip,bias [D]
     */
    private record Block(double[] a, double[] b, double[] c, double[] skip, double[] weight, double[] bias) {}

    /** @throws IllegalArgumentException if a tensor is missing, unknown or of another shape, naming what was expected and found */
    SpaceTimeRecurrence(SpaceTimeConfig config, List<NamedTensor> weights) {
        Weights named = new Weights(weights);
        this.variates = config.variates();
        this.width = config.modelDim();
        this.encoderStates = config.encoderStateSize();
        this.decoderStates = config.decoderStateSize();
        this.taps = Math.min(config.lag(), Math.max(config.maxAverageWindow(), SpaceTimeConfig.DIFFERENCES));
        this.filters = filters(config, named);
        this.blocks = new Block[config.encoderBlocks()];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = block(config, named, "encoder.blocks." + i + ".", i == 0 ? config.kernels() : width);
        }
        int p = config.normOrder();
        int n = decoderStates;
        named.take("decoder.blocks.ssm.skip", width); // in the published weights; nothing reads it
        this.decoderA = perChannel(normalized(named.take("decoder.blocks.ssm.a", width, n), n, p), width, n);
        double[] b = named.take("decoder.blocks.ssm.b", width, n);
        this.decoderB = perChannel(b, width, n);
        this.decoderBHat = perChannel(normalized(b, n, p), width, n);
        this.decoderCHat = perChannel(normalized(named.take("decoder.blocks.ssm.c", width, n), n, p), width, n);
        this.decoderKHat = perChannel(normalized(named.take("decoder.blocks.ssm.k", width, n), n, p), width, n);
        this.headWeight = named.take("output.layers.2.weight", variates, width);
        this.headBias = named.take("output.layers.2.bias", variates);
        named.requireAllTaken();
    }

    private double[] filters(SpaceTimeConfig config, Weights named) {
        int rows = config.filterRepeats() * SpaceTimeConfig.DIFFERENCES;
        int residualRows = config.filterRepeats() * (SpaceTimeConfig.FILTERS - SpaceTimeConfig.DIFFERENCES);
        double[] differences = named.take("encoder.blocks.0.pre.diff_kernel", rows, SpaceTimeConfig.DIFFERENCES);
        double[] residuals = named.take("encoder.blocks.0.pre.ma_r_kernel", residualRows, config.maxAverageWindow());
        return transposed(
                PreprocessingFilters.perChannel(differences, SpaceTimeConfig.DIFFERENCES, residuals, config.maxAverageWindow(), width,
                        config.headDim(), SpaceTimeConfig.FILTERS, taps),
                width, taps);
    }

    private Block block(SpaceTimeConfig config, Weights named, String prefix, int rows) {
        int n = encoderStates;
        double[] a = normalized(named.take(prefix + "ssm.a", rows, n), n, config.normOrder());
        return new Block(perChannel(a, rows, n), perChannel(named.take(prefix + "ssm.b", rows, n), rows, n),
                perChannel(named.take(prefix + "ssm.c", rows, n), rows, n), named.take(prefix + "ssm.skip", width),
                transposed(named.take(prefix + "mlp.layers.2.weight", width, width), width, width),
                named.take(prefix + "mlp.layers.2.bias", width));
    }

    /** Rows divided by their p-norm, unless the mean of the norms is next to nothing, as {@link RowNormalization} says. */
    private static double[] normalized(double[] rows, int n, int order) {
        double[] norms = new double[rows.length / n];
        double sumOfNorms = 0;
        for (int r = 0; r < norms.length; r++) {
            double sum = 0;
            for (int i = r * n; i < (r + 1) * n; i++) {
                sum += order == 2 ? rows[i] * rows[i] : Math.abs(rows[i]);
            }
            norms[r] = order == 2 ? Math.sqrt(sum) : sum;
            sumOfNorms += norms[r];
        }
        double[] out = rows.clone();
        if (sumOfNorms / norms.length > RowNormalization.SMALLEST_MEAN_NORM) {
            for (int i = 0; i < out.length; i++) {
                double norm = norms[i / n];
                out[i] = norm == 0 ? out[i] : out[i] / norm;
            }
        }
        return out;
    }

    /** Kernel rows, each for D / rows neighbouring channels, with channels innermost: [rows, N] to [N, D]. */
    private double[] perChannel(double[] rows, int count, int n) {
        double[] out = new double[n * width];
        for (int j = 0; j < width; j++) {
            int row = j / (width / count);
            for (int i = 0; i < n; i++) {
                out[i * width + j] = rows[row * n + i];
            }
        }
        return out;
    }

    private static double[] transposed(double[] matrix, int rows, int columns) {
        double[] out = new double[matrix.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                out[c * rows + r] = matrix[r * columns + c];
            }
        }
        return out;
    }

    @Override
    public State start() {
        return new State();
    }

    @Override
    public String numericProfile() {
        return "scalar-float64-strict";
    }

    int variates() {
        return variates;
    }

    @Override
    public int stateBytes() {
        return Double.BYTES * (width * (blocks.length * encoderStates + decoderStates) + taps * variates + 2 * width);
    }

    /** What the network remembers of the observations so far, offset taken off. Confined to one thread. */
    final class State implements SteppedNetwork.State {
        private final double[] recent = new double[taps * variates]; // ring of the last observations
        private int newest;
        private final CompanionBank[] encoder;
        private final CompanionBank decoder;
        private final double[] signal = new double[width];
        private final double[] hidden = new double[width];

        private State() {
            encoder = new CompanionBank[blocks.length];
            Arrays.setAll(encoder, _ -> new CompanionBank(encoderStates, width));
            decoder = new CompanionBank(decoderStates, width);
        }

        private State(State other) {
            System.arraycopy(other.recent, 0, recent, 0, recent.length);
            newest = other.newest;
            encoder = new CompanionBank[blocks.length];
            Arrays.setAll(encoder, i -> other.encoder[i].copy());
            decoder = other.decoder.copy();
            System.arraycopy(other.signal, 0, signal, 0, width);
        }

        @Override
        public State copy() {
            return new State(this);
        }

        /** Takes the next observation of the only series. */
        @Override
        public void step(double observation) {
            newest = newest + 1 == taps ? 0 : newest + 1;
            recent[newest] = observation;
            advance();
        }

        /** Takes the next observations, [V]. */
        void step(double[] observations) {
            newest = newest + 1 == taps ? 0 : newest + 1;
            System.arraycopy(observations, 0, recent, newest * variates, variates);
            advance();
        }

        private void advance() {
            preprocess();
            for (int i = 0; i < blocks.length; i++) {
                Block block = blocks[i];
                encoder[i].step(block.a, block.b, signal);
                encoder[i].read(block.c, hidden);
                for (int j = 0; j < width; j++) {
                    hidden[j] += block.skip[j] * signal[j];
                }
                for (int j = 0; j < width; j++) {
                    signal[j] += block.bias[j] + hidden[j];
                    hidden[j] = ScalarGelu.value(hidden[j]);
                }
                for (int in = 0; in < width; in++) {
                    double gelu = hidden[in];
                    int row = in * width;
                    for (int j = 0; j < width; j++) {
                        signal[j] += block.weight[row + j] * gelu;
                    }
                }
            }
            decoder.step(decoderA, decoderB, signal);
        }

        /** z = f * u at the newest position. */
        private void preprocess() {
            Arrays.fill(signal, 0);
            for (int tap = 0; tap < taps; tap++) {
                int at = newest - tap < 0 ? newest - tap + taps : newest - tap;
                int row = tap * width;
                if (variates == 1) {
                    double u = recent[at];
                    for (int j = 0; j < width; j++) {
                        signal[j] += filters[row + j] * u;
                    }
                } else {
                    for (int v = 0; v < variates; v++) {
                        double u = recent[at * variates + v];
                        for (int j = v; j < width; j += variates) {
                            signal[j] += filters[row + j] * u;
                        }
                    }
                }
            }
        }

        /** Output of the encoder at the newest position, [D]; a copy. */
        double[] encoded() {
            return signal.clone();
        }

        /** Forecast one step ahead, [V], offset still taken off. */
        void next(double[] out) {
            decoder.read(decoderCHat, hidden);
            head(hidden, out, 0);
        }

        /**
         * Forecasts from the present state, which stays as it is.
         *
         * @param out [steps, V], offset still taken off
         */
        @Override
        public void forecast(int steps, double[] out) {
            CompanionBank rolling = decoder.copy();
            double[] fed = new double[width];
            for (int h = 0; h < steps; h++) {
                rolling.read(decoderCHat, hidden);
                head(hidden, out, h * variates);
                if (h + 1 < steps) {
                    rolling.read(decoderKHat, fed);
                    rolling.step(decoderA, decoderBHat, fed);
                }
            }
        }

        private void head(double[] y, double[] out, int at) {
            for (int j = 0; j < width; j++) {
                y[j] = ScalarGelu.value(y[j]);
            }
            for (int v = 0; v < variates; v++) {
                double sum = headBias[v];
                for (int j = 0; j < width; j++) {
                    sum += headWeight[v * width + j] * y[j];
                }
                out[at + v] = sum;
            }
        }

        /** Bytes {@link #write} puts. */
        int bytes() {
            return Double.BYTES * recent.length + decoder.bytes() + encoder.length * encoder[0].bytes();
        }

        void write(ByteBuffer out) {
            for (int i = 0; i < taps; i++) {
                int at = (newest + 1 + i) % taps;
                for (int v = 0; v < variates; v++) {
                    out.putDouble(recent[at * variates + v]);
                }
            }
            for (CompanionBank bank : encoder) {
                bank.write(out);
            }
            decoder.write(out);
        }

        void read(ByteBuffer in) {
            for (int i = 0; i < recent.length; i++) {
                recent[i] = in.getDouble();
            }
            newest = taps - 1;
            for (CompanionBank bank : encoder) {
                bank.read(in);
            }
            decoder.read(in);
        }
    }

    /** Tensors by name, each to be taken once. */
    private static final class Weights {
        private final Map<String, NamedTensor> left = new LinkedHashMap<>();

        Weights(List<NamedTensor> weights) {
            weights.forEach(tensor -> left.put(tensor.name(), tensor));
        }

        double[] take(String name, int... shape) {
            NamedTensor found = left.remove(name);
            if (found == null) {
                throw new IllegalArgumentException("missing tensor " + name + "; there is " + left.keySet());
            }
            List<Integer> expected = new ArrayList<>();
            for (int dim : shape) {
                expected.add(dim);
            }
            if (!found.shape().equals(expected)) {
                throw new IllegalArgumentException("tensor " + name + ": expected shape " + expected + " but was " + found.shape());
            }
            double[] values = new double[found.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = found.values()[i];
            }
            return values;
        }

        void requireAllTaken() {
            if (!left.isEmpty()) {
                throw new IllegalArgumentException("unknown tensors " + left.keySet());
            }
        }
    }
}
