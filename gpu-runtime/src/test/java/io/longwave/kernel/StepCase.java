package io.longwave.kernel;

/**
 * Random systems and streams for the steps of many series, with what a plain recurrence in double makes of them.
 *
 * @param series S
 * @param steps samples of each series
 * @param inputs numbers per series and step, in the order u, δ, z, B, C; the diagonal step reads u alone
 */
public record StepCase(int channels, int states, int groups, int series, int steps, float[] coefficients, float[] inputs) {

    public static StepCase random(Gen gen, int series) {
        int groups = gen.between(1, 2);
        int channels = groups * gen.between(1, 3);
        int states = gen.between(1, 9);
        int steps = gen.between(1, 40);
        return new StepCase(channels, states, groups, series, steps, floats(gen.numbers(channels * (6 * states + 3))),
                floats(gen.numbers(steps * (3 * channels + 2 * groups * states) * series)));
    }

    static float[] floats(double[] values) {
        float[] out = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = (float) values[i];
        }
        return out;
    }

    /** Complex modes inside the unit circle. */
    public DiagonalStep.Modes modes() {
        int size = channels * states;
        float[][] rows = new float[6][size];
        for (int i = 0; i < size; i++) {
            double angle = coefficients[i];
            double radius = 1 / (1 + 0.1 * Math.abs(coefficients[size + i]));
            rows[0][i] = (float) (radius * Math.cos(angle));
            rows[1][i] = (float) (radius * Math.sin(angle));
            for (int part = 2; part < 6; part++) {
                rows[part][i] = coefficients[part * size + i];
            }
        }
        return new DiagonalStep.Modes(channels, states, rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], channelRow(0));
    }

    /** Decaying states; some rates are so small that the exact hold takes its series. */
    public SelectiveStep.System system(boolean exactHold) {
        float[] a = new float[channels * states];
        for (int i = 0; i < a.length; i++) {
            a[i] = i % 4 == 3 ? -1e-4f * Math.abs(coefficients[i]) : -Math.abs(coefficients[i]) - 0.01f;
        }
        return new SelectiveStep.System(channels, states, groups, a, channelRow(1), channelRow(2), exactHold);
    }

    private float[] channelRow(int row) {
        float[] out = new float[channels];
        System.arraycopy(coefficients, channels * (6 * states + row), out, 0, channels);
        return out;
    }

    private int perStep() {
        return 3 * channels + 2 * groups * states;
    }

    /** Row {@code row} of step k for series {@code from} to {@code from + count}, [rows, count]. */
    private float[] slice(int k, int row, int rows, int from, int count) {
        float[] out = new float[rows * count];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(inputs, (k * perStep() + row + r) * series + from, out, r * count, count);
        }
        return out;
    }

    /** Outputs [steps, H, count] and then the state [.., count], of some of the series stepped together. */
    public float[][] runDiagonal(Kernels kernels, int from, int count) {
        DiagonalStep.Modes modes = modes();
        float[][] out = new float[steps + 1][];
        float[] state = new float[modes.stateSize() * count];
        for (int k = 0; k < steps; k++) {
            out[k] = new float[channels * count];
            new ArraySteps(kernels).diagonal(modes, state, slice(k, 0, channels, from, count), out[k], count);
        }
        out[steps] = state;
        return out;
    }

    /** The same for the selective step. */
    public float[][] runSelective(Kernels kernels, boolean exactHold, boolean gate, int from, int count) {
        SelectiveStep.System system = system(exactHold);
        float[][] out = new float[steps + 1][];
        float[] state = new float[system.stateSize() * count];
        int rows = groups * states;
        for (int k = 0; k < steps; k++) {
            out[k] = new float[channels * count];
            new ArraySteps(kernels).selective(system, state, slice(k, 0, channels, from, count), slice(k, channels, channels, from, count),
                    slice(k, 3 * channels, rows, from, count), slice(k, 3 * channels + rows, rows, from, count),
                    gate ? slice(k, 2 * channels, channels, from, count) : null, out[k], count);
        }
        out[steps] = state;
        return out;
    }

    private double input(int k, int row, int s) {
        return inputs[(k * perStep() + row) * series + s];
    }

    /** What {@link #runDiagonal} of all series should give. */
    public double[][] diagonalInDouble() {
        DiagonalStep.Modes modes = modes();
        double[][] out = new double[steps + 1][channels * series];
        out[steps] = new double[modes.stateSize() * series];
        for (int h = 0; h < channels; h++) {
            for (int s = 0; s < series; s++) {
                for (int k = 0; k < steps; k++) {
                    double u = input(k, h, s);
                    double y = modes.skip()[h] * u;
                    for (int m = h * states; m < (h + 1) * states; m++) {
                        int re = 2 * m * series + s;
                        int im = re + series;
                        double xRe = out[steps][re];
                        double xIm = out[steps][im];
                        out[steps][re] = modes.aRe()[m] * xRe - modes.aIm()[m] * xIm + modes.bRe()[m] * u;
                        out[steps][im] = modes.aRe()[m] * xIm + modes.aIm()[m] * xRe + modes.bIm()[m] * u;
                        y += 2 * (modes.cRe()[m] * out[steps][re] - modes.cIm()[m] * out[steps][im]);
                    }
                    out[k][h * series + s] = y;
                }
            }
        }
        return out;
    }

    /** What the selective run of all series should give. */
    public double[][] selectiveInDouble(boolean exactHold, boolean gate) {
        SelectiveStep.System system = system(exactHold);
        double[][] out = new double[steps + 1][channels * series];
        out[steps] = new double[system.stateSize() * series];
        for (int h = 0; h < channels; h++) {
            int b = 3 * channels + system.group(h) * states;
            for (int s = 0; s < series; s++) {
                for (int k = 0; k < steps; k++) {
                    double u = input(k, h, s);
                    double dt = Math.log1p(Math.exp(input(k, channels + h, s) + system.deltaBias()[h]));
                    double y = system.skip()[h] * u;
                    for (int i = 0; i < states; i++) {
                        double a = system.a()[h * states + i];
                        int x = (h * states + i) * series + s;
                        double drive = exactHold ? Math.expm1(dt * a) / a : dt;
                        out[steps][x] = Math.exp(dt * a) * out[steps][x] + drive * input(k, b + i, s) * u;
                        y += input(k, b + groups * states + i, s) * out[steps][x];
                    }
                    double z = input(k, 2 * channels + h, s);
                    out[k][h * series + s] = gate ? y * z / (1 + Math.exp(-z)) : y;
                }
            }
        }
        return out;
    }
}
