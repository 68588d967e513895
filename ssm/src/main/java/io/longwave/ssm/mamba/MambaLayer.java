package io.longwave.ssm.mamba;

import java.util.Optional;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.Pointwise;
import io.longwave.kernel.SelectiveScan;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.sequence.SequenceRecurrence;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/** One Mamba layer over whole sequences. */
final class MambaLayer implements SequenceLayer {
    private final MambaParameters weights;

    MambaLayer(MambaParameters weights) {
        this.weights = weights;
    }

    @Override
    public Variable record(Tape tape, Variable u) {
        Kernels kernels = tape.kernels();
        Variable gate = tape.linear(u, weights.z(), null);
        Variable convolved = tape.convolution(tape.linear(u, weights.x(), null), weights.convolution(), weights.inner());
        Tensor ones = kernels.zeros(1, u.dim(1), u.dim(2));
        kernels.fill(ones, 1);
        tape.addScaled(tape.constant(ones), weights.convolutionBias(), convolved); // a bias is the skip of a series of ones
        Variable x = tape.pointwise(Pointwise.Function.SILU, convolved);
        Variable delta = tape.linear(tape.linear(x, weights.deltaDown(), null), weights.deltaUp(), null);
        Variable b = tape.linear(x, weights.b(), null);
        Variable c = tape.linear(x, weights.c(), null);
        Variable scanned = scan(tape, x, delta, decayRates(tape), b, c, gate);
        return tape.linear(scanned, weights.out(), null);
    }

    /** A = −e^ρ of the trained ρ = ln(−A), so that no state grows. */
    private Variable decayRates(Tape tape) {
        Variable logarithms = weights.rates();
        Variable a = tape.variable(logarithms.value().shape().toArray());
        Pointwise pointwise = tape.kernels().pointwise();
        tape.record(() -> {
            pointwise.forward(Pointwise.Function.EXP, logarithms.value(), a.value());
            pointwise.scale(-1, a.value());
        }, () -> {
            if (a.reached()) {
                boolean add = logarithms.accumulate();
                pointwise.multiply(a.gradient(), a.value(), logarithms.gradient(), add);
            }
        });
        return a;
    }

    private Variable scan(Tape tape, Variable x, Variable delta, Variable a, Variable b, Variable c, Variable gate) {
        int length = x.dim(2);
        Variable y = tape.variable(x.dim(0), x.dim(1), length);
        Tensor kept = tape.kernels().zeros(SelectiveScan.keptStates(length), x.dim(1), a.dim(1), x.dim(0));
        SelectiveScan scan = tape.kernels().selectiveScan();
        SelectiveScan.Inputs inputs = new SelectiveScan.Inputs(x.value(), delta.value(), a.value(), b.value(), c.value(), 1,
                weights.skip().value(), weights.deltaBias().value(), gate.value(), null, weights.config().exactHold(), false);
        tape.record(() -> scan.forward(inputs, y.value(), kept, null), () -> {
            if (y.reached()) {
                scan.backward(inputs, kept, y.gradient(), null,
                        new SelectiveScan.Gradients(x.gradientToAddTo(), delta.gradientToAddTo(), a.gradientToAddTo(), b.gradientToAddTo(),
                                c.gradientToAddTo(), weights.skip().gradientToAddTo(), weights.deltaBias().gradientToAddTo(),
                                gate.gradientToAddTo(), null));
            }
        });
        return y;
    }

    @Override
    public Optional<SequenceRecurrence> recurrence() {
        return Optional.of(new MambaRecurrence(weights));
    }
}
