package io.longwave.kernel.reference;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.SelectiveScan;
import io.longwave.tensor.Tensor;

/** One channel of one batch entry at a time, all its states kept for the way back. */
final class ReferenceSelectiveScan implements SelectiveScan {
    /** Below this |Δ A| the slope of the exact hold is taken from its series, whose next term is then below 1e-16 of it. */
    private static final double SERIES = 0.01;

    @Override
    public void forward(Inputs inputs, Tensor y, @Nullable Tensor kept, @Nullable Tensor last) {
        inputs.checkOutputs(y, kept, last);
        checkRates(inputs);
        double[] out = ReferenceTensor.of(y);
        for (int h = 0; h < inputs.channels(); h++) {
            for (int entry = 0; entry < inputs.batch(); entry++) {
                Row row = new Row(inputs, h, entry);
                row.run();
                for (int t = 0; t < row.length; t++) {
                    out[row.at + t] = row.v[t] * row.gate(t);
                }
                for (int i = 0; i < row.n; i++) {
                    if (last != null) {
                        ReferenceTensor.of(last)[row.stateAt + i] = row.x[row.length][i];
                    }
                    for (int k = 0; kept != null && k < SelectiveScan.keptStates(row.length); k++) {
                        ReferenceTensor.of(kept)[((k * inputs.batch() + entry) * row.n + i) * inputs.channels() + h] = row.x[k * STRIDE][i];
                    }
                }
            }
        }
    }

    @Override
    public void backward(Inputs inputs, Tensor kept, Tensor gradient, @Nullable Tensor lastGradient, Gradients into) {
        inputs.checkGradients(kept, gradient, lastGradient, into);
        checkRates(inputs);
        double[] dy = ReferenceTensor.of(gradient);
        for (int h = 0; h < inputs.channels(); h++) {
            for (int entry = 0; entry < inputs.batch(); entry++) {
                Row row = new Row(inputs, h, entry);
                row.run();
                row.back(dy, lastGradient == null ? null : ReferenceTensor.of(lastGradient), into);
            }
        }
    }

    @Override
    public void stepSizes(Tensor delta, @Nullable Tensor bias, Tensor sizes) {
        delta.requireRank("delta", 3);
        sizes.requireShape("sizes", delta.shape().toArray());
        double[] values = ReferenceTensor.of(delta);
        double[] out = ReferenceTensor.of(sizes);
        int perChannel = delta.dim(1) * delta.dim(2);
        for (int i = 0; i < out.length; i++) {
            out[i] = softplus(values[i] + at(bias, i / perChannel));
        }
    }

    /** ln(1 + e^v), without overflow. */
    static double softplus(double v) {
        return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
    }

    static double sigmoid(double v) {
        return 1 / (1 + Math.exp(-v));
    }

    private static double at(@Nullable Tensor tensor, int i) {
        return tensor == null ? 0 : ReferenceTensor.of(tensor)[i];
    }

    private static void add(@Nullable Tensor tensor, int i, double value) {
        if (tensor != null) {
            ReferenceTensor.of(tensor)[i] += value;
        }
    }

    private static void checkRates(Inputs inputs) {
        for (double rate : ReferenceTensor.of(inputs.a())) {
            if (rate > 0) {
                throw new IllegalArgumentException("a: expected no rate above 0 but was " + rate);
            }
        }
    }

    /** Channel h of one batch entry. */
    private static final class Row {
        private final Inputs inputs;
        private final int h;
        private final int head;
        private final int deltaAt;
        private final int n;
        private final int length;
        private final int at;
        private final int stateAt;
        private final int inputsAt;
        private final int inputsStep;
        private final double[] u;
        private final double[] b;
        private final double[] c;
        private final double[] rates;
        private final double[] dt;
        private final double[] v;
        private final double[][] x; // x[k]: the state before the k-th step taken

        Row(Inputs inputs, int h, int entry) {
            this.inputs = inputs;
            this.h = h;
            this.head = h / (inputs.channels() / inputs.heads());
            this.n = inputs.states();
            this.length = inputs.length();
            this.at = (h * inputs.batch() + entry) * length;
            this.deltaAt = (head * inputs.batch() + entry) * length;
            this.stateAt = (h * inputs.batch() + entry) * n;
            int group = h / (inputs.channels() / inputs.groups());
            this.inputsAt = (group * n * inputs.batch() + entry) * length;
            this.inputsStep = inputs.batch() * length;
            this.u = ReferenceTensor.of(inputs.u());
            this.b = ReferenceTensor.of(inputs.b());
            this.c = ReferenceTensor.of(inputs.c());
            this.rates = ReferenceTensor.of(inputs.a());
            this.dt = new double[length];
            this.v = new double[length];
            this.x = new double[length + 1][n];
            for (int t = 0; t < length; t++) {
                dt[t] = softplus(delta(t));
            }
        }

        private double delta(int t) {
            return ReferenceTensor.of(inputs.delta())[deltaAt + t] + ReferenceSelectiveScan.at(inputs.deltaBias(), head);
        }

        private double gate(int t) {
            if (inputs.gate() == null) {
                return 1;
            }
            double z = ReferenceTensor.of(inputs.gate())[at + t];
            return z * sigmoid(z);
        }

        /** Where A of a state stands. */
        private int rateAt(int i) {
            return inputs.oneDecay() ? head : head * n + i;
        }

        /** Time of the k-th step taken. */
        private int time(int k) {
            return inputs.reversed() ? length - 1 - k : k;
        }

        private double hold(double size, double rate) {
            double z = size * rate;
            return !inputs.exactHold() || z == 0 ? size : Math.abs(z) < 1e-6 ? size * (1 + z / 2) : Math.expm1(z) / rate;
        }

        private double holdSlope(double size, double rate) {
            double z = size * rate;
            if (Math.abs(z) < SERIES) {
                return size * size * (1. / 2 + z * (1. / 3 + z * (1. / 8 + z * (1. / 30 + z * (1. / 144 + z / 840)))));
            }
            return (size * Math.exp(z) - Math.expm1(z) / rate) / rate;
        }

        void run() {
            for (int i = 0; i < n; i++) {
                x[0][i] = ReferenceSelectiveScan.at(inputs.initial(), stateAt + i);
            }
            double skip = ReferenceSelectiveScan.at(inputs.skip(), head);
            for (int k = 0; k < length; k++) {
                int t = time(k);
                v[t] = skip * u[at + t];
                for (int i = 0; i < n; i++) {
                    double rate = rates[rateAt(i)];
                    int input = inputsAt + i * inputsStep + t;
                    x[k + 1][i] = Math.exp(dt[t] * rate) * x[k][i] + hold(dt[t], rate) * b[input] * u[at + t];
                    v[t] += c[input] * x[k + 1][i];
                }
            }
        }

        void back(double[] dy, double @Nullable [] lastGradient, Gradients into) {
            double[] g = new double[n]; // gradient of the state after the step, from later steps
            for (int i = 0; lastGradient != null && i < n; i++) {
                g[i] = lastGradient[stateAt + i];
            }
            double skip = ReferenceSelectiveScan.at(inputs.skip(), head);
            for (int k = length - 1; k >= 0; k--) {
                int t = time(k);
                double dv = dy[at + t] * gate(t);
                double du = skip * dv;
                double dSize = 0;
                for (int i = 0; i < n; i++) {
                    double rate = rates[rateAt(i)];
                    int input = inputsAt + i * inputsStep + t;
                    double decay = Math.exp(dt[t] * rate);
                    double hold = hold(dt[t], rate);
                    g[i] += c[input] * dv;
                    double e = decay * g[i] * x[k][i];
                    double dHold = g[i] * b[input] * u[at + t];
                    add(into.c(), input, dv * x[k + 1][i]);
                    add(into.b(), input, hold * g[i] * u[at + t]);
                    add(into.a(), rateAt(i), dt[t] * e + (inputs.exactHold() ? dHold * holdSlope(dt[t], rate) : 0));
                    du += hold * g[i] * b[input];
                    dSize += e * rate + (inputs.exactHold() ? dHold * decay : dHold);
                    g[i] *= decay;
                }
                add(into.u(), at + t, du);
                add(into.delta(), deltaAt + t, dSize * sigmoid(delta(t)));
                add(into.deltaBias(), head, dSize * sigmoid(delta(t)));
                add(into.skip(), head, dv * u[at + t]);
                if (inputs.gate() != null) {
                    double z = ReferenceTensor.of(inputs.gate())[at + t];
                    double s = sigmoid(z);
                    add(into.gate(), at + t, dy[at + t] * v[t] * s * (1 + z * (1 - s)));
                }
            }
            for (int i = 0; i < n; i++) {
                add(into.initial(), stateAt + i, g[i]);
            }
        }
    }
}
