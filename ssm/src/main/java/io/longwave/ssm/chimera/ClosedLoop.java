package io.longwave.ssm.chimera;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.Pointwise.Function;
import io.longwave.ssm.chimera.GridRecorder.Inputs;
import io.longwave.ssm.chimera.GridRecorder.Scanned;
import io.longwave.ssm.chimera.GridRecorder.States;
import io.longwave.ssm.tape.Variable;

/**
 * A last grid recurrence with constant parameters that goes on by itself past the end of the window: its input there is what it reads from its own
 * states, u[v,t] = K1 · h1[v,t−1] + K2 · h2[v,t−1], so that
 *
 * <pre>
 *   h1[v,t] = (Ā1 + B̄1 K1ᵀ) h1[v,t−1] + (Ā2 + B̄1 K2ᵀ) h2[v,t−1]
 * </pre>
 *
 * A prediction of step t + 1 is read by C1, C2 from the states after step t, inside the window (one step ahead) as in the loop, so one set of weights
 * serves both. With Ā1 = σ(r1), B̄1 = (1 − Ā1) B1, Ā2 = γ (1 − Ā1) tanh p2 (and 4, 3 likewise) the open recurrence is within its bound.
 */
final class ClosedLoop {
    private final ChimeraConfig config;
    private final int channels;
    private final Variable input;
    private final Variable keep1;
    private final Variable keep4;
    private final Variable p2;
    private final Variable p3;
    private final Variable b1;
    private final Variable b2;
    private final Variable c1;
    private final Variable c2;
    private final Variable k1;
    private final Variable k2;
    private final Variable outputWeight;
    private final Variable outputBias;

    /** @param channels of the loop */
    ClosedLoop(Draws draws, String prefix, ChimeraConfig config, int channels) {
        this.config = config;
        this.channels = channels;
        int n = config.states();
        this.input = draws.uniform(prefix + "input.weight", 1, config.width(), channels, config.width());
        this.keep1 = draws.normal(prefix + "r1", 1, channels, n);
        this.keep4 = draws.normal(prefix + "r4", 1, channels, n);
        this.p2 = draws.normal(prefix + "p2", 0.1, channels, n);
        this.p3 = draws.normal(prefix + "p3", 0.1, channels, n);
        this.b1 = draws.normal(prefix + "b1", 1, channels, n);
        this.b2 = draws.normal(prefix + "b2", 1, channels, n);
        this.c1 = draws.normal(prefix + "c1", 1 / Math.sqrt(n), channels, n);
        this.c2 = draws.normal(prefix + "c2", 1 / Math.sqrt(n), channels, n);
        this.k1 = draws.normal(prefix + "k1", 0.1 / Math.sqrt(n), channels, n);
        this.k2 = draws.normal(prefix + "k2", 0.1 / Math.sqrt(n), channels, n);
        this.outputWeight = draws.uniform(prefix + "output.weight", 1, channels, config.patch(), channels);
        this.outputBias = draws.bias(prefix + "output.bias", channels, config.patch());
    }

    /**
     * What the decoder predicts.
     *
     * @param oneStep patches one step ahead at every step of the window, [k, V, L, B]
     * @param ahead the patches after the window one after the other, each [k, V, 1, B]
     */
    record Predicted(Variable oneStep, List<Variable> ahead) {}

    /**
     * @param hidden [M, V, L, B]
     * @param steps patches to predict
     */
    Predicted record(GridRecorder recorder, Variable hidden, int steps) {
        var tape = recorder.tape();
        Form form = new Form(Discretization.NONE, Discretization.NONE, false, false);
        Variable u = tape.linear(hidden, input, null);
        Variable own1 = tape.pointwise(Function.SIGMOID, keep1);
        Variable new1 = tape.pointwise(Function.SIGMOID, recorder.scaled(-1, keep1)); // 1 − σ(r) = σ(−r)
        Variable own4 = tape.pointwise(Function.SIGMOID, keep4);
        Variable new4 = tape.pointwise(Function.SIGMOID, recorder.scaled(-1, keep4));
        Variable other2 = recorder.scaled(GridModule.COUPLING, tape.times(new1, tape.pointwise(Function.TANH, p2)));
        Variable other3 = recorder.scaled(GridModule.COUPLING, tape.times(new4, tape.pointwise(Function.TANH, p3)));
        Inputs inputs = new Inputs(own1, other2, other3, own4, tape.times(new1, b1), tape.times(new4, b2), c1, c2,
                tape.constant(tape.kernels().zeros(channels)), null, null);
        Scanned scanned = recorder.scan(form, u, inputs, null);
        Variable oneStep = tape.linear(scanned.y(), outputWeight, outputBias);
        Variable feed1 = perSeries(recorder, k1);
        Variable feed2 = perSeries(recorder, k2);
        List<Variable> ahead = new ArrayList<>();
        ahead.add(lastOf(recorder, oneStep));
        States states = scanned.after();
        while (ahead.size() < steps) {
            Variable fed = tape.plus(read(recorder, feed1, states.h1()), read(recorder, feed2, states.h2()));
            Scanned next = recorder.scan(form, fed, inputs, states);
            ahead.add(tape.linear(next.y(), outputWeight, outputBias));
            states = next.after();
        }
        return new Predicted(oneStep, ahead);
    }

    private static Variable lastOf(GridRecorder recorder, Variable x) {
        return recorder.column(x, x.dim(2) - 1).view(x.dim(0), x.dim(1), 1, x.dim(3));
    }

    /** Rows of K for every variate, [channels · V, 1, N]. */
    private Variable perSeries(GridRecorder recorder, Variable k) {
        double[] ones = new double[channels * config.variates()];
        Arrays.fill(ones, 1);
        Variable column = recorder.tape().constant(recorder.tape().kernels().of(ones, channels, config.variates(), 1));
        return recorder.tape().product(column, k.view(channels, 1, config.states())).view(channels * config.variates(), 1, config.states());
    }

    /** K · h of every channel and variate, [channels, V, 1, B]. */
    private Variable read(GridRecorder recorder, Variable rows, Variable state) {
        int batch = state.dim(3);
        return recorder.tape().product(rows, state.view(channels * config.variates(), config.states(), batch)).view(channels,
                config.variates(), 1,
                batch);
    }
}
