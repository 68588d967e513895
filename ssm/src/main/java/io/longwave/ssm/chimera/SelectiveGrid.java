package io.longwave.ssm.chimera;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.Pointwise.Function;
import io.longwave.ssm.chimera.GridRecorder.Inputs;
import io.longwave.ssm.chimera.GridRecorder.Scanned;
import io.longwave.ssm.chimera.GridRecorder.States;
import io.longwave.ssm.tape.Variable;

/**
 * Parameters of one selective scan over the grid: what depends on the input is a projection of it.
 *
 * @param a1,a2,a3,a4 [E, N]
 * @param b1,b2,c1,c2 W of B_k = W u and C_k = W u, [N, E]
 * @param step1,step2 how Δ_k comes from u; null where the equation is discrete already
 * @param d [E]
 */
public record SelectiveGrid(Variable a1, Variable a2, Variable a3, Variable a4, Variable b1, Variable b2, Variable c1, Variable c2,
        @Nullable StepProjection step1, @Nullable StepProjection step2, Variable d) {

    /**
     * softplus(W u + b).
     *
     * @param down first factor of W, [R, E], or null where {@code up} is all of it
     * @param up [E, R] or [E, E]
     * @param bias [E]
     */
    public record StepProjection(@Nullable Variable down, Variable up, Variable bias) {
        private Variable record(GridRecorder recorder, Variable u) {
            Variable low = down == null ? u : recorder.tape().linear(u, down, null);
            return recorder.tape().pointwise(Function.SOFTPLUS, recorder.tape().linear(low, up, bias));
        }
    }

    /** @param u [E, V, L, B] */
    public Scanned record(GridRecorder recorder, Form form, Variable u, @Nullable States before) {
        var tape = recorder.tape();
        Inputs inputs = new Inputs(a1, a2, a3, a4, tape.linear(u, b1, null), tape.linear(u, b2, null), tape.linear(u, c1, null),
                tape.linear(u, c2, null), d, step1 == null ? null : step1.record(recorder, u),
                step2 == null ? null : step2.record(recorder, u));
        return recorder.scan(form, u, inputs, before);
    }
}
