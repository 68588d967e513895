package io.longwave.ssm.chimera;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.GridScan;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.GridScan.Parameters;
import io.longwave.kernel.GridScan.State;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/**
 * Records steps over a grid [H, V, L, B] on a tape.
 *
 * @param differentiable whether the tape will be run back; otherwise nothing is kept for it
 */
public record GridRecorder(Tape tape, boolean differentiable) {

    /**
     * Parameters of a scan, shaped as in {@link Parameters}.
     *
     * @param step1,step2 null where the equation is discrete already
     */
    public record Inputs(Variable a1, Variable a2, Variable a3, Variable a4, Variable b1, Variable b2, Variable c1, Variable c2, Variable d,
            @Nullable Variable step1, @Nullable Variable step2) {
        private Parameters values() {
            return new Parameters(a1.value(), a2.value(), a3.value(), a4.value(), b1.value(), b2.value(), c1.value(), c2.value(), d.value(),
                    step1 == null ? null : step1.value(), step2 == null ? null : step2.value());
        }

        private Parameters gradients() {
            return new Parameters(a1.gradientToAddTo(), a2.gradientToAddTo(), a3.gradientToAddTo(), a4.gradientToAddTo(),
                    b1.gradientToAddTo(),
                    b2.gradientToAddTo(), c1.gradientToAddTo(), c2.gradientToAddTo(), d.gradientToAddTo(),
                    step1 == null ? null : step1.gradientToAddTo(), step2 == null ? null : step2.gradientToAddTo());
        }
    }

    /** States of a grid at one time, each [H, V, N, B]. */
    public record States(Variable h1, Variable h2) {
        private State values() {
            return new State(h1.value(), h2.value());
        }

        private State gradients() {
            return new State(h1.gradientToAddTo(), h2.gradientToAddTo());
        }
    }

    /** What a scan gives. */
    public record Scanned(Variable y, States after) {}

    /** See {@link GridScan#forward}; zeros before the first step where {@code before} is null. */
    public Scanned scan(Form form, Variable x, Inputs inputs, @Nullable States before) {
        GridScan scan = tape.kernels().gridScan();
        int states = inputs.a1.dim(1);
        Variable y = tape.variable(x.value().shape().toArray());
        States after = new States(tape.variable(x.dim(0), x.dim(1), states, x.dim(3)), tape.variable(x.dim(0), x.dim(1), states, x.dim(3)));
        Tensor kept = differentiable ? tape.kernels().zeros(scan.kept(x.dim(0), x.dim(1), x.dim(2), x.dim(3), states)) : null;
        Parameters values = inputs.values();
        State valuesBefore = before == null ? null : before.values();
        tape.record(() -> scan.forward(form, x.value(), values, valuesBefore, y.value(), after.values(), kept), () -> {
            boolean states1 = after.h1.reached() || after.h2.reached();
            if (kept != null && (y.reached() || states1)) {
                scan.backward(form, x.value(), values, valuesBefore, kept, y.reached() ? y.gradient() : y.gradientToAddTo(),
                        states1 ? new State(reached(after.h1), reached(after.h2)) : null, x.gradientToAddTo(), inputs.gradients(),
                        before == null ? null : before.gradients());
            }
        });
        return new Scanned(y, after);
    }

    private static Tensor reached(Variable variable) {
        return variable.reached() ? variable.gradient() : variable.gradientToAddTo();
    }

    /** y[h, v, t] = bias[h] + Σ_j w[h, j] x[h, v, t − j]; w [H, W]. */
    public Variable timeConvolution(Variable x, Variable weight, Variable bias) {
        Variable y = tape.variable(x.value().shape().toArray());
        var convolution = tape.kernels().columnConvolution();
        tape.record(() -> convolution.forward(x.value(), weight.value(), bias.value(), y.value()), () -> {
            if (y.reached()) {
                boolean add = x.accumulate();
                convolution.backward(x.value(), weight.value(), y.gradient(), x.gradient(), add, weight.gradientToAddTo(),
                        bias.gradientToAddTo());
            }
        });
        return y;
    }

    /** The same for a stream: what came before is in {@code tail}, [H, V, W − 1, B], which moves on; there is no way back. */
    public Variable timeConvolution(Variable x, Variable weight, Variable bias, Tensor tail) {
        Variable y = tape.variable(x.value().shape().toArray());
        var convolution = tape.kernels().columnConvolution();
        tape.record(() -> convolution.step(x.value(), weight.value(), bias.value(), tail, y.value()), () -> {
            throw new IllegalStateException("a stream has no gradient");
        });
        return y;
    }

    /** factor x. */
    public Variable scaled(double factor, Variable x) {
        Variable y = tape.variable(x.value().shape().toArray());
        var pointwise = tape.kernels().pointwise();
        tape.record(() -> {
            tape.kernels().fill(y.value(), 0);
            pointwise.addScaled(factor, x.value(), y.value());
        }, () -> {
            if (y.reached() && x.differentiable()) {
                pointwise.addScaled(factor, y.gradient(), x.gradientToAddTo());
            }
        });
        return y;
    }

    /** The column at time t of [H, V, L, B], [H, V, B]. */
    public Variable column(Variable x, int t) {
        int batch = x.dim(3);
        Variable rows = x.view(x.dim(0) * x.dim(1), x.dim(2) * batch);
        return tape.slice(rows, t * batch, batch).view(x.dim(0), x.dim(1), batch);
    }

    /** x with V more channels, of which channel v is 1 where the variate is v and 0 elsewhere: [k, V, L, B] into [k + V, V, L, B]. */
    public Variable withVariates(Variable x) {
        int variates = x.dim(1);
        int rest = x.dim(2) * x.dim(3);
        int size = x.value().size();
        double[] tells = new double[size + variates * variates * rest];
        for (int v = 0; v < variates; v++) {
            int at = size + (v * variates + v) * rest;
            java.util.Arrays.fill(tells, at, at + rest, 1);
        }
        Variable out = tape.variable(x.dim(0) + variates, variates, x.dim(2), x.dim(3));
        Tensor flat = out.value().view(1, out.value().size());
        Tensor constant = tape.kernels().of(tells, 1, tells.length);
        var layout = tape.kernels().sequenceLayout();
        tape.record(() -> {
            tape.kernels().copy(constant, flat, false);
            layout.unslice(x.value().view(1, size), 0, flat, true);
        }, () -> {
            if (out.reached() && x.differentiable()) {
                Tensor part = tape.kernels().zeros(1, size);
                layout.slice(out.gradient().view(1, out.value().size()), 0, part);
                tape.kernels().copy(part, x.gradient().view(1, size), x.accumulate());
            }
        });
        return out;
    }
}
