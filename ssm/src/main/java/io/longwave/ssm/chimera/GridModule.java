package io.longwave.ssm.chimera;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.Pointwise.Function;
import io.longwave.ssm.chimera.GridRecorder.Scanned;
import io.longwave.ssm.chimera.GridRecorder.States;
import io.longwave.ssm.chimera.SelectiveGrid.StepProjection;
import io.longwave.ssm.tape.Variable;

/** The weights of one selective scan in one direction of the variates, in the stable form. */
final class GridModule {
    /** γ: how much of what one state loses in a step may come from the other. */
    static final double COUPLING = 0.9;
    /** A companion matrix of norm 1 has an eigenvalue on the unit circle, and coupled states would grow like a power of time. */
    private static final double COMPANION_NORM = 0.99;
    /** Share of h2 in h1 beside a companion matrix, where no bound holds. */
    private static final double COMPANION_COUPLING = 0.05;

    private final Form form;
    private final Variable along;
    private final Variable across;
    private final Variable intoTime;
    private final Variable intoVariates;
    private final Variable b1;
    private final Variable b2;
    private final Variable c1;
    private final Variable c2;
    private final Variable skip;
    private final @Nullable StepProjection step1;
    private final StepProjection step2;

    /**
     * @param companion whether A1 is a companion matrix
     * @param reverse whether the variates are run through from the last to the first
     * @param least,most bounds of the first steps along time
     */
    GridModule(Draws draws, String prefix, ChimeraConfig config, boolean companion, boolean reverse, double least, double most) {
        int channels = config.channels();
        int n = config.states();
        this.form = new Form(companion ? Discretization.NONE : config.discretization(), config.discretization(), companion, reverse);
        this.along = companion ? draws.normal(prefix + "a1", 1, channels, n) : draws.logModes(prefix + "a1", channels, n);
        this.across = draws.logModes(prefix + "a4", channels, n);
        this.intoTime = draws.normal(prefix + "p2", 0.1, channels, n);
        this.intoVariates = draws.normal(prefix + "p3", 0.1, channels, n);
        this.b1 = draws.uniform(prefix + "b1", 1, channels, n, channels);
        this.b2 = draws.uniform(prefix + "b2", 1, channels, n, channels);
        this.c1 = draws.uniform(prefix + "c1", 1, channels, n, channels);
        this.c2 = draws.uniform(prefix + "c2", 1, channels, n, channels);
        this.step1 = companion ? null : step(draws, prefix + "step1.", config, least, most);
        this.step2 = step(draws, prefix + "step2.", config, 1e-2, 1);
        this.skip = draws.constant(prefix + "d", 1, channels);
    }

    private static StepProjection step(Draws draws, String prefix, ChimeraConfig config, double least, double most) {
        int channels = config.channels();
        int rank = Math.min(config.stepRank(), channels);
        return new StepProjection(draws.uniform(prefix + "down", 1, channels, rank, channels),
                draws.uniform(prefix + "up", 0.1, rank, channels, rank), draws.steps(prefix + "bias", least, most, channels));
    }

    /** @param u [E, V, L, B] */
    Scanned record(GridRecorder recorder, Variable u, @Nullable States before) {
        var tape = recorder.tape();
        Variable a1;
        Variable a2;
        if (form.companion()) {
            a1 = recorder.scaled(COMPANION_NORM, tape.normalizedRows(along, 1));
            a2 = recorder.scaled(COMPANION_COUPLING, tape.pointwise(Function.TANH, intoTime));
        } else {
            a1 = recorder.scaled(-1, tape.pointwise(Function.EXP, along));
            a2 = recorder.scaled(COUPLING, tape.times(a1, tape.pointwise(Function.TANH, intoTime)));
        }
        Variable a4 = recorder.scaled(-1, tape.pointwise(Function.EXP, across));
        Variable a3 = recorder.scaled(COUPLING, tape.times(a4, tape.pointwise(Function.TANH, intoVariates)));
        return new SelectiveGrid(a1, a2, a3, a4, b1, b2, c1, c2, step1, step2, skip).record(recorder, form, u, before);
    }
}
