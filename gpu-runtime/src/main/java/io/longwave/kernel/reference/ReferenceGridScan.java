package io.longwave.kernel.reference;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.GridScan;
import io.longwave.tensor.Tensor;

/** For each channel and member of the batch: time outside, variates inside. All states of the grid are computed again for the gradient. */
final class ReferenceGridScan implements GridScan {

    @Override
    public int kept(int channels, int variates, int steps, int batch, int states) {
        return 0;
    }

    @Override
    public void forward(Form form, Tensor x, Parameters parameters, @Nullable State before, Tensor y, @Nullable State after,
            @Nullable Tensor kept) {
        GridScan.check(form, x, parameters);
        GridScan.check("before", x, parameters.a1(), before);
        GridScan.check("after", x, parameters.a1(), after);
        y.requireShape("y", x.shape().toArray());
        for (int h = 0; h < x.dim(0); h++) {
            for (int b = 0; b < x.dim(3); b++) {
                Series series = new Series(form, x, parameters, h, b);
                series.run(before);
                series.readOut(ReferenceTensor.of(y));
                if (after != null) {
                    series.leave(after);
                }
            }
        }
    }

    @Override
    public void backward(Form form, Tensor x, Parameters parameters, @Nullable State before, Tensor kept, Tensor yGradient,
            @Nullable State afterGradient, Tensor xGradient, Parameters gradients, @Nullable State beforeGradient) {
        GridScan.checkBackward(form, x, parameters, before, yGradient, afterGradient, xGradient, gradients, beforeGradient);
        for (int h = 0; h < x.dim(0); h++) {
            for (int b = 0; b < x.dim(3); b++) {
                Series series = new Series(form, x, parameters, h, b);
                series.run(before);
                series.back(ReferenceTensor.of(yGradient), afterGradient, ReferenceTensor.of(xGradient), gradients, beforeGradient);
            }
        }
    }

    /** One channel of one member of the batch. States carry one more variate and one more column, zero or carried in, at index 0. */
    private static final class Series {
        private final Form form;
        private final Parameters parameters;
        private final double[] x;
        private final int h;
        private final int b;
        private final int variates;
        private final int steps;
        private final int batch;
        private final int n;
        private final double[][][] h1; // [1 + V in the order of the sweep][1 + L][N]
        private final double[][][] h2;

        Series(Form form, Tensor x, Parameters parameters, int h, int b) {
            this.form = form;
            this.parameters = parameters;
            this.x = ReferenceTensor.of(x);
            this.h = h;
            this.b = b;
            this.variates = x.dim(1);
            this.steps = x.dim(2);
            this.batch = x.dim(3);
            this.n = parameters.a1().dim(1);
            this.h1 = new double[variates + 1][steps + 1][n];
            this.h2 = new double[variates + 1][steps + 1][n];
        }

        /** The variate that is the i-th of the sweep, i from 1. */
        private int variate(int i) {
            return form.reverseVariates() ? variates - i : i - 1;
        }

        private int sequenceAt(int i, int t) {
            return ((h * variates + variate(i)) * steps + t - 1) * batch + b;
        }

        private int stateAt(int i, int k) {
            return ((h * variates + variate(i)) * n + k) * batch + b;
        }

        /** Place of a number of B or C. */
        private int inputAt(int i, int t, int k) {
            return parameters.selective() ? ((k * variates + variate(i)) * steps + t - 1) * batch + b : h * n + k;
        }

        private double at(Tensor tensor, int i, int t, int k) {
            return ReferenceTensor.of(tensor)[inputAt(i, t, k)];
        }

        private Discrete first(int i, int t, int k) {
            double step = form.time() == Discretization.NONE
                    ? 0
                    : ReferenceTensor.of(Objects.requireNonNull(parameters.step1()))[sequenceAt(i, t)];
            return new Discrete(form.time(), ReferenceTensor.of(parameters.a1())[h * n + k], ReferenceTensor.of(parameters.a2())[h * n + k],
                    at(parameters.b1(), i, t, k), step);
        }

        private Discrete second(int i, int t, int k) {
            double step = form.variates() == Discretization.NONE
                    ? 0
                    : ReferenceTensor.of(Objects.requireNonNull(parameters.step2()))[sequenceAt(i, t)];
            return new Discrete(form.variates(), ReferenceTensor.of(parameters.a4())[h * n + k],
                    ReferenceTensor.of(parameters.a3())[h * n + k],
                    at(parameters.b2(), i, t, k), step);
        }

        void run(@Nullable State before) {
            if (before != null) {
                for (int i = 1; i <= variates; i++) {
                    for (int k = 0; k < n; k++) {
                        h1[i][0][k] = ReferenceTensor.of(before.h1())[stateAt(i, k)];
                        h2[i][0][k] = ReferenceTensor.of(before.h2())[stateAt(i, k)];
                    }
                }
            }
            for (int t = 1; t <= steps; t++) {
                for (int i = 1; i <= variates; i++) {
                    double input = x[sequenceAt(i, t)];
                    for (int k = 0; k < n; k++) {
                        Discrete first = first(i, t, k);
                        double own = first.own * h1[i][t - 1][form.companion() ? n - 1 : k];
                        double moved = form.companion() && k > 0 ? h1[i][t - 1][k - 1] : 0;
                        h1[i][t][k] = own + moved + first.other * h2[i][t - 1][k] + first.input * input;
                        Discrete second = second(i, t, k);
                        h2[i][t][k] = second.other * h1[i - 1][t][k] + second.own * h2[i - 1][t][k] + second.input * input;
                    }
                }
            }
        }

        void readOut(double[] y) {
            for (int i = 1; i <= variates; i++) {
                for (int t = 1; t <= steps; t++) {
                    double sum = ReferenceTensor.of(parameters.d())[h] * x[sequenceAt(i, t)];
                    for (int k = 0; k < n; k++) {
                        sum += at(parameters.c1(), i, t, k) * h1[i][t][k] + at(parameters.c2(), i, t, k) * h2[i][t][k];
                    }
                    y[sequenceAt(i, t)] = sum;
                }
            }
        }

        void leave(State after) {
            for (int i = 1; i <= variates; i++) {
                for (int k = 0; k < n; k++) {
                    ReferenceTensor.of(after.h1())[stateAt(i, k)] = h1[i][steps][k];
                    ReferenceTensor.of(after.h2())[stateAt(i, k)] = h2[i][steps][k];
                }
            }
        }

        void back(double[] yGradient, @Nullable State afterGradient, double[] xGradient, Parameters gradients,
                @Nullable State beforeGradient) {
            double[][][] g1 = new double[variates + 1][steps + 1][n];
            double[][][] g2 = new double[variates + 1][steps + 1][n];
            if (afterGradient != null) {
                for (int i = 1; i <= variates; i++) {
                    for (int k = 0; k < n; k++) {
                        g1[i][steps][k] = ReferenceTensor.of(afterGradient.h1())[stateAt(i, k)];
                        g2[i][steps][k] = ReferenceTensor.of(afterGradient.h2())[stateAt(i, k)];
                    }
                }
            }
            for (int t = steps; t >= 1; t--) {
                for (int i = variates; i >= 1; i--) {
                    double dy = yGradient[sequenceAt(i, t)];
                    double input = x[sequenceAt(i, t)];
                    double dx = ReferenceTensor.of(parameters.d())[h] * dy;
                    ReferenceTensor.of(gradients.d())[h] += dy * input;
                    for (int k = 0; k < n; k++) {
                        g1[i][t][k] += at(parameters.c1(), i, t, k) * dy;
                        g2[i][t][k] += at(parameters.c2(), i, t, k) * dy;
                        ReferenceTensor.of(gradients.c1())[inputAt(i, t, k)] += dy * h1[i][t][k];
                        ReferenceTensor.of(gradients.c2())[inputAt(i, t, k)] += dy * h2[i][t][k];
                    }
                    for (int k = 0; k < n; k++) {
                        double one = g1[i][t][k];
                        double two = g2[i][t][k];
                        int last = form.companion() ? n - 1 : k;
                        Discrete first = first(i, t, k);
                        Discrete second = second(i, t, k);
                        g1[i][t - 1][last] += first.own * one;
                        if (form.companion() && k > 0) {
                            g1[i][t - 1][k - 1] += one;
                        }
                        g2[i][t - 1][k] += first.other * one;
                        g1[i - 1][t][k] += second.other * two;
                        g2[i - 1][t][k] += second.own * two;
                        dx += first.input * one + second.input * two;
                        first.add(one * h1[i][t - 1][last], one * h2[i][t - 1][k], one * input, gradients.a1(), gradients.a2(), h * n + k,
                                gradients.b1(), inputAt(i, t, k), gradients.step1(), sequenceAt(i, t));
                        second.add(two * h2[i - 1][t][k], two * h1[i - 1][t][k], two * input, gradients.a4(), gradients.a3(), h * n + k,
                                gradients.b2(), inputAt(i, t, k), gradients.step2(), sequenceAt(i, t));
                    }
                    xGradient[sequenceAt(i, t)] += dx;
                }
            }
            if (beforeGradient != null) {
                for (int i = 1; i <= variates; i++) {
                    for (int k = 0; k < n; k++) {
                        ReferenceTensor.of(beforeGradient.h1())[stateAt(i, k)] += g1[i][0][k];
                        ReferenceTensor.of(beforeGradient.h2())[stateAt(i, k)] += g2[i][0][k];
                    }
                }
            }
        }
    }

    /** One equation of one mode at one position, made discrete. */
    private static final class Discrete {
        /** Below this |ΔA| the derivative of φ comes from its series: as written it loses a digit per factor ten. */
        private static final double SERIES = 0.01;
        private final Discretization discretization;
        private final double a;
        private final double aOther;
        private final double b;
        private final double step;
        private final double phi;
        /** Ā, Ā′ and B̄. */
        final double own;
        final double other;
        final double input;

        Discrete(Discretization discretization, double a, double aOther, double b, double step) {
            this.discretization = discretization;
            this.a = a;
            this.aOther = aOther;
            this.b = b;
            this.step = step;
            double z = step * a;
            this.phi = switch (discretization) {
                case NONE -> 1;
                case EULER -> step;
                case ZERO_ORDER_HOLD, EXPONENTIAL -> Math.abs(z) < 1e-6 ? step * (1 + z / 2) : Math.expm1(z) / a;
            };
            this.own = discretization == Discretization.NONE ? a : Math.exp(z);
            this.other = discretization == Discretization.EXPONENTIAL ? Math.exp(step * aOther) : phi * aOther;
            this.input = phi * b;
        }

        /** dφ/dA. */
        private double slope() {
            double z = step * a;
            return Math.abs(z) < SERIES
                    ? step * step * (1 / 2.0 + z * (1 / 3.0 + z * (1 / 8.0 + z * (1 / 30.0 + z / 144))))
                    : (step * own - phi) / a;
        }

        /** Adds the gradients of A, A′, B and Δ, given those of Ā, Ā′ and B̄. */
        void add(double dOwn, double dOther, double dInput, Tensor aGradient, Tensor otherGradient, int aAt, Tensor bGradient, int bAt,
                @Nullable Tensor stepGradient, int stepAt) {
            ReferenceTensor.of(bGradient)[bAt] += phi * dInput;
            if (discretization == Discretization.NONE) {
                ReferenceTensor.of(aGradient)[aAt] += dOwn;
                ReferenceTensor.of(otherGradient)[aAt] += dOther;
                return;
            }
            double ofA = step * own * dOwn;
            double ofStep = own * a * dOwn;
            double throughPhi = b * dInput;
            if (discretization == Discretization.EXPONENTIAL) {
                ReferenceTensor.of(otherGradient)[aAt] += step * other * dOther;
                ofStep += aOther * other * dOther;
            } else {
                ReferenceTensor.of(otherGradient)[aAt] += phi * dOther;
                throughPhi += aOther * dOther;
            }
            if (discretization == Discretization.EULER) {
                ofStep += throughPhi;
            } else {
                ofA += slope() * throughPhi;
                ofStep += own * throughPhi;
            }
            ReferenceTensor.of(aGradient)[aAt] += ofA;
            ReferenceTensor.of(Objects.requireNonNull(stepGradient))[stepAt] += ofStep;
        }
    }
}
