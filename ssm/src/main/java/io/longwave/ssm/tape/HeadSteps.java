package io.longwave.ssm.tape;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.CrossEntropyLoss.Weighting;
import io.longwave.kernel.DeviationLoss.Kind;
import io.longwave.tensor.Tensor;

/** Steps between a sequence and what is asked about it: layouts, pooling over time, losses. */
final class HeadSteps {
    private HeadSteps() {}

    static Variable meanOverTime(Tape tape, Variable x, int[] lengths) {
        Variable out = tape.variable(x.dim(0), x.dim(1));
        var pooling = tape.kernels().timePooling();
        tape.record(() -> pooling.mean(x.value(), lengths, out.value()), () -> {
            if (out.reached() && x.differentiable()) {
                boolean add = x.accumulate();
                pooling.meanBackward(out.gradient(), lengths, x.gradient(), add);
            }
        });
        return out;
    }

    static Variable lastInTime(Tape tape, Variable x, int[] lengths) {
        Variable out = tape.variable(x.dim(0), x.dim(1));
        var pooling = tape.kernels().timePooling();
        tape.record(() -> pooling.last(x.value(), lengths, out.value()), () -> {
            if (out.reached() && x.differentiable()) {
                boolean add = x.accumulate();
                pooling.lastBackward(out.gradient(), lengths, x.gradient(), add);
            }
        });
        return out;
    }

    static Variable transposed(Tape tape, Variable x) {
        Variable out = tape.variable(x.dim(0), x.dim(2), x.dim(1));
        var layout = tape.kernels().sequenceLayout();
        tape.record(() -> layout.transpose(x.value(), out.value(), false), () -> {
            if (out.reached() && x.differentiable()) {
                boolean add = x.accumulate();
                layout.transpose(out.gradient(), x.gradient(), add);
            }
        });
        return out;
    }

    static Variable slice(Tape tape, Variable x, int from, int count) {
        int[] dims = x.value().shape().toArray();
        dims[dims.length - 1] = count;
        Variable out = tape.variable(dims);
        var layout = tape.kernels().sequenceLayout();
        tape.record(() -> layout.slice(x.value(), from, out.value()), () -> {
            if (out.reached() && x.differentiable()) {
                boolean add = x.accumulate();
                layout.unslice(out.gradient(), from, x.gradient(), add);
            }
        });
        return out;
    }

    static Variable channelsOf(Tape tape, Tensor rows, int @Nullable [] lengths, int patch, @Nullable Tensor mean, @Nullable Tensor scale) {
        Variable out = tape.constant(
                tape.kernels().zeros(rows.dim(2) * patch, rows.dim(0), (rows.dim(1) + patch - 1) / patch));
        var layout = tape.kernels().sequenceLayout();
        tape.record(() -> layout.toChannels(rows, lengths, patch, mean, scale, out.value()), () -> {});
        return out;
    }

    static Tensor crossEntropy(Tape tape, Variable logits, int[] labels, Weighting weighting, Tensor loss, int slot, double weight) {
        Tensor probabilities = tape.kernels().zeros(logits.dim(0), logits.dim(1));
        var crossEntropy = tape.kernels().crossEntropyLoss();
        tape.record(() -> crossEntropy.forward(logits.value(), labels, weighting, probabilities, loss, slot), () -> {
            boolean add = logits.accumulate();
            crossEntropy.backward(probabilities, labels, weighting, weight, logits.gradient(), add);
        });
        return probabilities;
    }

    static void deviation(Tape tape, Kind kind, Variable p, Tensor q, @Nullable Tensor mask, Tensor loss, int slot, double weight) {
        var deviation = tape.kernels().deviationLoss();
        tape.record(() -> deviation.forward(kind, p.value(), q, mask, loss, slot), () -> {
            boolean add = p.accumulate();
            deviation.backward(kind, p.value(), q, mask, weight, p.gradient(), add);
        });
    }
}
