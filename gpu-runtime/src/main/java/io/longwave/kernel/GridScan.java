package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Tensor;

/**
 * The recurrence of a two-dimensional state space model over variates and time, diagonal, N modes per channel. Chimera, arXiv:2406.04320; in the
 * form of Roesser (1975) with the present input in the present state:
 *
 * <pre>
 *   h1[v,t] = Ā1 h1[v,t−1] + Ā2 h2[v,t−1] + B̄1 x[v,t]
 *   h2[v,t] = Ā3 h1[v−1,t] + Ā4 h2[v−1,t] + B̄2 x[v,t]
 *   y[v,t]  = C1 · h1[v,t] + C2 · h2[v,t] + D x[v,t]
 * </pre>
 *
 * <p>H channels, V variates, L time steps, B batch, N states. Sequences are [H, V, L, B]: the batch is fastest, because all its members take the
 * same step together. States outside the grid are zero. With {@link Form#reverseVariates()} the neighbour is v + 1; no axis changes its order.
 * Results of one member of the batch do not depend on the others, and cutting the sequence in time with the {@link State} handed on changes no bit.
 */
public interface GridScan {

    /** How one of the two equations becomes discrete; A, A′ are its own and the other state's matrix, Δ its step. */
    enum Discretization {
        /** The parameters are discrete already; there is no step. */
        NONE,
        /** Ā = exp(ΔA), Ā′ = (Ā − 1)/A · A′, B̄ = (Ā − 1)/A · B: exact when the other state and the input hold over the step. */
        ZERO_ORDER_HOLD,
        /** Ā = exp(ΔA), Ā′ = exp(ΔA′), B̄ = (Ā − 1)/A · B. */
        EXPONENTIAL,
        /** Ā = exp(ΔA), Ā′ = Δ A′, B̄ = Δ B. */
        EULER
    }

    /**
     * Which recurrence it is.
     *
     * @param time how h1 is made discrete, with step Δ1
     * @param variates how h2 is made discrete, with step Δ2
     * @param companion whether A1 is the companion matrix S + a1 eᵀ (ones on the first subdiagonal, a1 in the last column) in place of a diagonal;
     *            then {@code time} is {@link Discretization#NONE}
     * @param reverseVariates whether h2 runs from the last variate to the first
     */
    record Form(Discretization time, Discretization variates, boolean companion, boolean reverseVariates) {
        public Form {
            if (companion && time != Discretization.NONE) {
                throw new IllegalArgumentException(
                        "a companion matrix enters as it is: expected discretization NONE along time but was " + time);
            }
        }
    }

    /**
     * Parameters, or their gradients.
     *
     * @param a1,a2,a3,a4 [H, N]
     * @param b1,b2,c1,c2 [H, N], or [N, V, L, B] where they depend on the position and are shared by the channels
     * @param d [H]
     * @param step1,step2 Δ1 and Δ2 &gt; 0, [H, V, L, B]; null where the discretization is {@link Discretization#NONE}. ΔA of at most 80: a larger
     *            exponential leaves single precision
     */
    record Parameters(Tensor a1, Tensor a2, Tensor a3, Tensor a4, Tensor b1, Tensor b2, Tensor c1, Tensor c2, Tensor d,
            @Nullable Tensor step1,
            @Nullable Tensor step2) {
        /** Whether B and C depend on the position. */
        public boolean selective() {
            return b1.shape().rank() == 4;
        }
    }

    /**
     * States before the first or after the last time step.
     *
     * @param h1,h2 [H, V, N, B]
     */
    record State(Tensor h1, Tensor h2) {}

    /** Numbers that {@link #forward} keeps for {@link #backward}: the states of some time columns, in an order of its own. */
    int kept(int channels, int variates, int steps, int batch, int states);

    /**
     * Runs the recurrence.
     *
     * @param x [H, V, L, B]
     * @param before null for zeros
     * @param y [H, V, L, B], out
     * @param after out, or null; may be {@code before}
     * @param kept out, of the size {@link #kept} tells; null when there will be no backward pass
     */
    void forward(Form form, Tensor x, Parameters parameters, @Nullable State before, Tensor y, @Nullable State after,
            @Nullable Tensor kept);

    /**
     * Gradients of {@link #forward}, all added to their tensors:
     *
     * <pre>
     *   g1[v,t] = C1 ȳ + Ā1ᵀ[v,t+1] g1[v,t+1] + Ā3ᵀ[v+1,t] g2[v+1,t]
     *   g2[v,t] = C2 ȳ + Ā2ᵀ[v,t+1] g1[v,t+1] + Ā4ᵀ[v+1,t] g2[v+1,t]
     *   dĀ1 = g1 h1[v,t−1]ᵀ, dĀ2 = g1 h2[v,t−1]ᵀ, dĀ3 = g2 h1[v−1,t]ᵀ, dĀ4 = g2 h2[v−1,t]ᵀ, dB̄k = gk x, dCk = ȳ hk
     * </pre>
     *
     * then through the discretization, with φ = expm1(ΔA)/A: dφ/dΔ = Ā and dφ/dA = (ΔĀ − φ)/A.
     *
     * @param kept as {@link #forward} left it
     * @param yGradient [H, V, L, B]
     * @param afterGradient of the states after the last step, or null
     * @param xGradient [H, V, L, B]
     * @param beforeGradient of the states before the first step, or null
     */
    void backward(Form form, Tensor x, Parameters parameters, @Nullable State before, Tensor kept, Tensor yGradient,
            @Nullable State afterGradient,
            Tensor xGradient, Parameters gradients, @Nullable State beforeGradient);

    /** Checks all shapes against x [H, V, L, B] and a1 [H, N]. */
    static void check(Form form, Tensor x, Parameters p) {
        x.requireRank("x", 4);
        int channels = x.dim(0);
        int[] sequence = x.shape().toArray();
        p.a1.requireRank("a1", 2);
        int states = p.a1.dim(1);
        p.a1.requireShape("a1", channels, states);
        p.a2.requireShape("a2", channels, states);
        p.a3.requireShape("a3", channels, states);
        p.a4.requireShape("a4", channels, states);
        int[] input = p.selective() ? new int[]{states, x.dim(1), x.dim(2), x.dim(3)} : new int[]{channels, states};
        p.b1.requireShape("b1", input);
        p.b2.requireShape("b2", input);
        p.c1.requireShape("c1", input);
        p.c2.requireShape("c2", input);
        p.d.requireShape("d", channels);
        checkStep("step1", form.time, p.step1, sequence);
        checkStep("step2", form.variates, p.step2, sequence);
    }

    private static void checkStep(String name, Discretization discretization, @Nullable Tensor step, int[] sequence) {
        if (discretization == Discretization.NONE) {
            if (step != null) {
                throw new IllegalArgumentException(name + ": expected none without discretization but was " + step.shape());
            }
        } else if (step == null) {
            throw new IllegalArgumentException(name + ": expected a step size for discretization " + discretization + " but there is none");
        } else {
            step.requireShape(name, sequence);
        }
    }

    /** Checks all shapes of a backward pass but that of what was kept. */
    static void checkBackward(Form form, Tensor x, Parameters parameters, @Nullable State before, Tensor yGradient,
            @Nullable State afterGradient, Tensor xGradient, Parameters gradients, @Nullable State beforeGradient) {
        check(form, x, parameters);
        check(form, xGradient, gradients);
        check("before", x, parameters.a1(), before);
        check("after gradient", x, parameters.a1(), afterGradient);
        check("before gradient", x, parameters.a1(), beforeGradient);
        yGradient.requireShape("y gradient", x.shape().toArray());
        xGradient.requireShape("x gradient", x.shape().toArray());
    }

    /** Checks [H, V, N, B] states. */
    static void check(String name, Tensor x, Tensor a1, @Nullable State state) {
        if (state != null) {
            state.h1.requireShape(name + " h1", x.dim(0), x.dim(1), a1.dim(1), x.dim(3));
            state.h2.requireShape(name + " h2", x.dim(0), x.dim(1), a1.dim(1), x.dim(3));
        }
    }
}
