package io.longwave.ssm.tape;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.ChannelNormalization.Kind;
import io.longwave.kernel.Pointwise.Function;
import io.longwave.tensor.Tensor;

/** Steps that keep a sequence a sequence. Channels are the first axis, all others together are positions. */
final class LayerSteps {
    private LayerSteps() {}

    private static int positions(Variable x) {
        return x.value().size() / Math.max(1, x.dim(0));
    }

    private static Variable flat(Variable x) {
        return x.view(x.dim(0), positions(x));
    }

    /** A result with the positions of {@code x} and other channels. */
    private static Variable withChannels(Tape tape, Variable x, int channels) {
        int[] dims = x.value().shape().toArray();
        dims[0] = channels;
        return tape.variable(dims);
    }

    static Variable linear(Tape tape, Variable x, Variable weight, @Nullable Variable bias) {
        Variable out = withChannels(tape, x, weight.dim(0));
        Variable flatX = flat(x);
        Variable flatOut = flat(out);
        var linear = tape.kernels().channelLinear();
        tape.record(() -> linear.forward(flatX.value(), weight.value(), bias == null ? null : bias.value(), flatOut.value(), false), () -> {
            if (out.reached()) {
                boolean wanted = x.differentiable();
                boolean add = wanted && x.accumulate();
                linear.backward(flatX.value(), weight.value(), flatOut.gradient(), wanted ? flatX.gradient() : null, add,
                        weight.gradientToAddTo(), bias == null ? null : bias.gradientToAddTo());
            }
        });
        return out;
    }

    static Variable pointwise(Tape tape, Function function, Variable x) {
        Variable out = tape.variable(x.value().shape().toArray());
        var pointwise = tape.kernels().pointwise();
        tape.record(() -> pointwise.forward(function, x.value(), out.value()), () -> {
            if (out.reached() && x.differentiable()) {
                boolean add = x.accumulate();
                pointwise.backward(function, x.value(), out.gradient(), x.gradient(), add);
            }
        });
        return out;
    }

    static Variable times(Tape tape, Variable x, Variable y) {
        Variable out = tape.variable(x.value().shape().toArray());
        var pointwise = tape.kernels().pointwise();
        tape.record(() -> pointwise.multiply(x.value(), y.value(), out.value(), false), () -> {
            if (out.reached() && x.differentiable()) {
                boolean add = x.accumulate();
                pointwise.multiply(out.gradient(), y.value(), x.gradient(), add);
            }
            if (out.reached() && y.differentiable()) {
                boolean add = y.accumulate();
                pointwise.multiply(out.gradient(), x.value(), y.gradient(), add);
            }
        });
        return out;
    }

    static Variable plus(Tape tape, Variable x, Variable y) {
        Variable out = tape.copyOf(x);
        addTo(tape, out, 1, y);
        return out;
    }

    static void addTo(Tape tape, Variable y, double factor, Variable x) {
        var pointwise = tape.kernels().pointwise();
        tape.record(() -> pointwise.addScaled(factor, x.value(), y.value()), () -> {
            if (y.reached() && x.differentiable()) {
                pointwise.addScaled(factor, y.gradient(), x.gradientToAddTo());
            }
        });
    }

    static Variable glu(Tape tape, Variable x) {
        Variable out = withChannels(tape, x, x.dim(0) / 2);
        gated(tape, x, out, false);
        return out;
    }

    static void addGlu(Tape tape, Variable x, Variable y) {
        gated(tape, x, y, true);
    }

    private static void gated(Tape tape, Variable x, Variable y, boolean addToY) {
        Variable flatX = flat(x);
        Variable flatY = flat(y);
        var unit = tape.kernels().gatedUnit();
        tape.record(() -> unit.forward(flatX.value(), flatY.value(), addToY), () -> {
            if (y.reached() && x.differentiable()) {
                boolean add = x.accumulate();
                unit.backward(flatX.value(), flatY.gradient(), flatX.gradient(), add);
            }
        });
    }

    static Variable normalized(Tape tape, Kind kind, Variable x, Variable gain, Variable bias, double epsilon) {
        Variable out = tape.variable(x.value().shape().toArray());
        Variable flatX = flat(x);
        Variable flatOut = flat(out);
        Tensor statistics = tape.kernels().zeros(2, positions(x));
        var normalization = tape.kernels().channelNormalization();
        tape.record(() -> normalization.forward(kind, flatX.value(), epsilon, gain.value(), bias.value(), statistics, flatOut.value()),
                () -> {
                    if (out.reached()) {
                        boolean add = x.accumulate();
                        normalization.backward(kind, flatX.value(), gain.value(), statistics, flatOut.gradient(), flatX.gradient(), add,
                                gain.gradientToAddTo(), bias.gradientToAddTo());
                    }
                });
        return out;
    }

    static Variable batchNorm(Tape tape, Variable x, int[] lengths, Variable gain, Variable bias, Variable mean, Variable variance,
            double epsilon, double momentum) {
        Variable out = tape.variable(x.value().shape().toArray());
        var normalization = tape.kernels().batchNormalization();
        var pointwise = tape.kernels().pointwise();
        if (!tape.training()) {
            tape.record(() -> normalization.forward(x.value(), mean.value(), variance.value(), epsilon, gain.value(), bias.value(),
                    out.value()), () -> {
                        throw new IllegalStateException("a pass that does not train has no gradient of its batch norm");
                    });
            return out;
        }
        Tensor batchMean = tape.kernels().zeros(x.dim(0));
        Tensor batchVariance = tape.kernels().zeros(x.dim(0));
        tape.record(() -> {
            normalization.statistics(x.value(), lengths, batchMean, batchVariance);
            normalization.forward(x.value(), batchMean, batchVariance, epsilon, gain.value(), bias.value(), out.value());
            pointwise.scale(1 - momentum, mean.value());
            pointwise.addScaled(momentum, batchMean, mean.value());
            pointwise.scale(1 - momentum, variance.value());
            pointwise.addScaled(momentum * unbiased(lengths), batchVariance, variance.value());
        }, () -> {
            if (out.reached()) {
                boolean add = x.accumulate();
                normalization.backward(x.value(), lengths, batchMean, batchVariance, epsilon, gain.value(), out.gradient(), x.gradient(),
                        add, gain.gradientToAddTo(), bias.gradientToAddTo());
            }
        });
        return out;
    }

    /** n / (n − 1): the running variance estimates that of the population. */
    private static double unbiased(int[] lengths) {
        double count = 0;
        for (int length : lengths) {
            count += length;
        }
        return count > 1 ? count / (count - 1) : 1;
    }

    static Variable dropout(Tape tape, int place, Variable x) {
        Variable out = tape.variable(x.value().shape().toArray());
        int length = x.dim(-1);
        var mask = tape.kernels().dropoutMask();
        tape.record(() -> mask.apply(tape.dropout(place, length), x.value(), out.value(), false), () -> {
            if (out.reached() && x.differentiable()) {
                boolean add = x.accumulate();
                mask.apply(tape.dropout(place, length), out.gradient(), x.gradient(), add);
            }
        });
        return out;
    }
}
