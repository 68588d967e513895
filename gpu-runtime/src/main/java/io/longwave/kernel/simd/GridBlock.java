package io.longwave.kernel.simd;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.GridScan.Parameters;

/** Working arrays of one thread for a grid scan, and what happens in one tile of one block of lanes. Kept between calls. */
final class GridBlock {
    private static final int WIDTH = GridLanes.WIDTH;
    private static final int FIRST = 0;
    private static final int SECOND = 3 * WIDTH;
    /** Nearer to zero than this, (e^(ΔA) − 1)/A is Δ to the last bit; a true zero could not be divided by. */
    private static final float SMALLEST_A = 1e-12f;

    /** B1, C1, B2, C2 of a tile, [column, variate, mode, 4, lane], or of the block where they are constant. */
    float[] shared = {};
    float[] sharedGradients = {};
    /** States of the columns of a tile, the one before it first; then a row of zeros. */
    float[] states = {};
    /** States, or gradients of states, of all blocks of a task between tiles. */
    float[] carried = {};
    float[] x = {};
    float[] y = {};
    float[] step1 = {};
    float[] step2 = {};
    float[] dy = {};
    float[] dx = {};
    float[] dStep1 = {};
    float[] dStep2 = {};
    float[] aGradients = {};
    final float[] skipGradient = new float[WIDTH];
    private final float[] skip = new float[WIDTH];
    private float[] parameters = {};
    private float[] coefficients = {};
    private float[] toUp = {};
    private float[] g = {};
    private int zeros;

    /** Makes room; contents are unknown afterwards except for the row of zeros. */
    void prepare(GridLanes lanes, boolean selective, int groups, int columnsOfStates, boolean gradients) {
        int positions = lanes.columns * lanes.variates;
        int row = lanes.n * 2 * WIDTH;
        shared = room(shared, (selective ? positions : 1) * lanes.n * 4 * WIDTH);
        zeros = columnsOfStates * lanes.column;
        states = room(states, zeros + row);
        Arrays.fill(states, zeros, zeros + row, 0);
        carried = room(carried, groups * lanes.column);
        x = room(x, positions * WIDTH);
        y = room(y, positions * WIDTH);
        step1 = room(step1, positions * WIDTH);
        step2 = room(step2, positions * WIDTH);
        parameters = room(parameters, lanes.n * 2 * GridSteps.PARAMETERS);
        coefficients = room(coefficients, lanes.n * GridSteps.COEFFICIENTS);
        if (gradients) {
            sharedGradients = room(sharedGradients, (selective ? positions : 1) * lanes.n * 4 * WIDTH);
            dy = room(dy, positions * WIDTH);
            dx = room(dx, positions * WIDTH);
            dStep1 = room(dStep1, positions * WIDTH);
            dStep2 = room(dStep2, positions * WIDTH);
            aGradients = room(aGradients, lanes.n * 4 * WIDTH);
            toUp = room(toUp, row);
            g = room(g, row);
        }
    }

    private static float[] room(float[] array, int size) {
        return array.length < size ? new float[size + size / 8] : array;
    }

    /** Lays out the parameters of a group of channels. */
    void loadChannels(GridLanes lanes, Form form, Parameters p, int group) {
        lanes.packModes(SimdTensor.of(p.a1()), group, parameters, 6, 0, 0);
        lanes.packModes(SimdTensor.of(p.a2()), group, parameters, 6, 1, 0);
        lanes.packModes(SimdTensor.of(p.a4()), group, parameters, 6, 3, 0);
        lanes.packModes(SimdTensor.of(p.a3()), group, parameters, 6, 4, 0);
        invert(lanes.n, FIRST, form.time());
        invert(lanes.n, SECOND, form.variates());
        Arrays.fill(skip, 0);
        for (int g = 0; g < lanes.channelsOf(group); g++) {
            Arrays.fill(skip, g * lanes.members, (g + 1) * lanes.members, SimdTensor.of(p.d())[group * lanes.together + g]);
        }
        if (!p.selective()) {
            lanes.packModes(SimdTensor.of(p.b1()), group, shared, 4, 0, 0);
            lanes.packModes(SimdTensor.of(p.c1()), group, shared, 4, 1, 0);
            lanes.packModes(SimdTensor.of(p.b2()), group, shared, 4, 2, 0);
            lanes.packModes(SimdTensor.of(p.c2()), group, shared, 4, 3, 0);
        }
    }

    private void invert(int n, int equation, Discretization discretization) {
        if (discretization == Discretization.NONE) {
            return;
        }
        for (int k = 0; k < n; k++) {
            int at = k * 2 * GridSteps.PARAMETERS + equation;
            for (int l = at; l < at + WIDTH; l++) {
                if (Math.abs(parameters[l]) < SMALLEST_A) {
                    parameters[l] = -SMALLEST_A;
                }
                parameters[l + 2 * WIDTH] = 1 / parameters[l];
            }
        }
    }

    /** Lays out columns [from, to) of what the channels share. */
    void loadShared(GridLanes lanes, Parameters p, int block, int from, int to) {
        lanes.packShared(SimdTensor.of(p.b1()), SimdTensor.of(p.c1()), SimdTensor.of(p.b2()), SimdTensor.of(p.c2()), block, from, to,
                shared);
    }

    /** Lays out columns [from, to) of x and of the steps. */
    void loadSequences(GridLanes lanes, float[] source, Parameters p, int block, int group, int from, int to) {
        lanes.packSequence(source, block, group, from, to, x);
        if (p.step1() != null) {
            lanes.packSequence(SimdTensor.of(Objects.requireNonNull(p.step1())), block, group, from, to, step1);
        }
        if (p.step2() != null) {
            lanes.packSequence(SimdTensor.of(Objects.requireNonNull(p.step2())), block, group, from, to, step2);
        }
    }

    /**
     * Runs the recurrence over a tile from the states at column 0.
     *
     * @param every whether each column keeps its own states; otherwise two places take turns
     * @return where the states after the last column are
     */
    int forward(GridLanes lanes, Form form, boolean selective, int count, boolean every) {
        int n = lanes.n;
        int row = n * 2 * WIDTH;
        int sharedRow = selective ? n * 4 * WIDTH : 0;
        int before = 0;
        for (int t = 0; t < count; t++) {
            int now = every ? before + lanes.column : lanes.column - before;
            for (int i = 0; i < lanes.variates; i++) {
                int position = t * lanes.variates + i;
                GridSteps.discretize(form.time(), false, step1, position * WIDTH, parameters, FIRST, coefficients, 0, n);
                GridSteps.discretize(form.variates(), false, step2, position * WIDTH, parameters, SECOND, coefficients, GridSteps.EQUATION,
                        n);
                int up = i == 0 ? zeros : now + (i - 1) * row;
                if (form.companion()) {
                    GridSteps.advanceCompanion(coefficients, shared, position * sharedRow, x, position * WIDTH, skip, states,
                            before + i * row, up,
                            now + i * row, y, n);
                } else {
                    GridSteps.advance(coefficients, shared, position * sharedRow, x, position * WIDTH, skip, states, before + i * row, up,
                            now + i * row, y, n);
                }
            }
            before = now;
        }
        return before;
    }

    /**
     * The gradients of a tile, with the states of all its columns in place.
     *
     * @param carriedAt gradients handed over the border of the tile, in {@link #carried}: in from the right, out to the left
     */
    void backward(GridLanes lanes, Form form, boolean selective, int count, int carriedAt) {
        int n = lanes.n;
        int row = n * 2 * WIDTH;
        int sharedRow = selective ? n * 4 * WIDTH : 0;
        int ownStride = form.companion() ? 0 : 2 * WIDTH;
        for (int t = count - 1; t >= 0; t--) {
            Arrays.fill(toUp, 0, row, 0);
            int before = t * lanes.column;
            int now = before + lanes.column;
            for (int i = lanes.variates - 1; i >= 0; i--) {
                int position = t * lanes.variates + i;
                int at = position * WIDTH;
                int previous = before + i * row;
                int up = i == 0 ? zeros : now + (i - 1) * row;
                int own = form.companion() ? previous + (n - 1) * 2 * WIDTH : previous;
                GridSteps.discretize(form.time(), true, step1, at, parameters, FIRST, coefficients, 0, n);
                GridSteps.discretize(form.variates(), true, step2, at, parameters, SECOND, coefficients, GridSteps.EQUATION, n);
                GridGradients.pullBack(coefficients, shared, position * sharedRow, sharedGradients, position * sharedRow, dy, at, skip, dx,
                        states,
                        now + i * row, carried, carriedAt + i * row, toUp, g, n);
                if (form.companion()) {
                    GridGradients.companion(coefficients, g, carried, carriedAt + i * row, n);
                }
                GridGradients.discretization(form.time(), step1, x, at, parameters, FIRST, coefficients, 0, g, 0, states, own, ownStride,
                        previous + WIDTH, shared, position * sharedRow, sharedGradients, position * sharedRow, aGradients, 0, dStep1, n);
                GridGradients.discretization(form.variates(), step2, x, at, parameters, SECOND, coefficients, GridSteps.EQUATION, g, WIDTH,
                        states,
                        up + WIDTH, 2 * WIDTH, up, shared, position * sharedRow + 2 * WIDTH, sharedGradients,
                        position * sharedRow + 2 * WIDTH,
                        aGradients, 2 * WIDTH, dStep2, n);
            }
        }
    }

    /** Σ ȳ x of a tile, per lane. */
    void addSkipGradient(int positions) {
        for (int i = 0; i < positions * WIDTH; i += WIDTH) {
            for (int l = 0; l < WIDTH; l++) {
                skipGradient[l] = Math.fma(dy[i + l], x[i + l], skipGradient[l]);
            }
        }
    }

    /** Clears what one group of channels adds to in a tile; constant B and C are summed per group as well. */
    void clearGradients(GridLanes lanes, boolean clearShared, int positions, @Nullable Object step1Tensor, @Nullable Object step2Tensor) {
        Arrays.fill(aGradients, 0, lanes.n * 4 * WIDTH, 0);
        Arrays.fill(skipGradient, 0);
        if (clearShared) {
            Arrays.fill(sharedGradients, 0, lanes.n * 4 * WIDTH, 0);
        }
        if (step1Tensor != null) {
            Arrays.fill(dStep1, 0, positions * WIDTH, 0);
        }
        if (step2Tensor != null) {
            Arrays.fill(dStep2, 0, positions * WIDTH, 0);
        }
    }
}
