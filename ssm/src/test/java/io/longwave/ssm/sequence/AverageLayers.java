package io.longwave.ssm.sequence;

import java.util.Optional;
import java.util.SplittableRandom;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The smallest sequence layer there is: an exponential moving average per channel, x[t] = a x[t−1] + (1 − a) u[t], y = x + d u, with
 * a = 1 / (1 + e^−θ). Plain loops on the host, for tests of what is around a layer.
 */
public final class AverageLayers implements LayerFamily {

    @Override
    public String name() {
        return "average";
    }

    @Override
    public ObjectNode defaultConfig(int length) {
        return JsonNodeFactory.instance.objectNode().put("slowest", 3.0);
    }

    @Override
    public SequenceLayer create(ParameterSet parameters, String prefix, ObjectNode config, int channels, int length,
            SplittableRandom random) {
        double slowest = Settings.like(defaultConfig(length), config, name()).number("slowest", 0.1, 10);
        Variable theta = parameters.trained(prefix + "theta", new ParameterSet.Group(0.5, false),
                random.doubles(channels, -1, slowest).toArray(), channels);
        Variable skip = parameters.trained(prefix + "skip", random.doubles(channels, -1, 1).toArray(), channels);
        return new AverageLayer(parameters.kernels(), theta, skip);
    }

    private record AverageLayer(Kernels kernels, Variable theta, Variable skip) implements SequenceLayer {
        @Override
        public Variable record(Tape tape, Variable u) {
            Variable y = tape.variable(u.value().shape().toArray());
            int channels = u.dim(0);
            int batch = u.dim(1);
            int length = u.dim(2);
            tape.record(() -> {
                double[] in = kernels.toDoubles(u.value());
                double[] out = new double[in.length];
                double[] d = kernels.toDoubles(skip.value());
                double[] x = averages(decays(kernels.toDoubles(theta.value())), in, batch, length);
                for (int i = 0; i < in.length; i++) {
                    out[i] = x[i] + d[i / (batch * length)] * in[i];
                }
                kernels.upload(out, y.value());
            }, () -> {
                if (!y.reached()) {
                    return;
                }
                double[] in = kernels.toDoubles(u.value());
                double[] g = kernels.toDoubles(y.gradient());
                double[] a = decays(kernels.toDoubles(theta.value()));
                double[] d = kernels.toDoubles(skip.value());
                double[] x = averages(a, in, batch, length);
                double[] du = new double[in.length];
                double[] dTheta = new double[channels];
                double[] dSkip = new double[channels];
                for (int r = 0; r < channels * batch; r++) {
                    int h = r / batch;
                    double carried = 0;
                    for (int t = length - 1; t >= 0; t--) {
                        int i = r * length + t;
                        carried = g[i] + a[h] * carried;
                        double before = t == 0 ? 0 : x[i - 1];
                        dTheta[h] += carried * (before - in[i]) * a[h] * (1 - a[h]);
                        dSkip[h] += g[i] * in[i];
                        du[i] = carried * (1 - a[h]) + d[h] * g[i];
                    }
                }
                add(du, u);
                add(dTheta, theta);
                add(dSkip, skip);
            });
            return y;
        }

        private void add(double[] numbers, Variable to) {
            if (to.differentiable()) {
                boolean add = to.accumulate();
                kernels.copy(kernels.of(numbers, to.value().shape().toArray()), to.gradient(), add);
            }
        }

        private static double[] decays(double[] theta) {
            double[] a = new double[theta.length];
            for (int h = 0; h < a.length; h++) {
                a[h] = 1 / (1 + StrictMath.exp(-theta[h]));
            }
            return a;
        }

        private static double[] averages(double[] a, double[] in, int batch, int length) {
            double[] x = new double[in.length];
            for (int r = 0; r < in.length / length; r++) {
                double state = 0;
                for (int i = r * length; i < (r + 1) * length; i++) {
                    state = a[r / batch] * state + (1 - a[r / batch]) * in[i];
                    x[i] = state;
                }
            }
            return x;
        }

        @Override
        public Optional<SequenceRecurrence> recurrence() {
            return Optional
                    .of(new AverageRecurrence(kernels, floats(decays(kernels.toDoubles(theta.value()))), kernels.toFloats(skip.value())));
        }

        private static float[] floats(double[] values) {
            float[] out = new float[values.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) values[i];
            }
            return out;
        }
    }

    private record AverageRecurrence(Kernels kernels, float[] a, float[] skip) implements SequenceRecurrence {
        @Override
        public int channels() {
            return a.length;
        }

        @Override
        public int stateSize() {
            return a.length;
        }

        @Override
        public Cohort start(int series) {
            return new ArrayCohort(kernels, this, series, (state, sample) -> step(state, sample, series));
        }

        private void step(float[] state, float[] sample, int series) {
            for (int h = 0; h < a.length; h++) {
                for (int i = h * series; i < (h + 1) * series; i++) {
                    state[i] = Math.fma(a[h], state[i], (1 - a[h]) * sample[i]);
                    sample[i] = Math.fma(skip[h], sample[i], state[i]);
                }
            }
        }
    }
}
