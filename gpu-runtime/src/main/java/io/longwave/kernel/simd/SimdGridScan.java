package io.longwave.kernel.simd;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.GridScan;
import io.longwave.tensor.Tensor;

/**
 * Lanes run over the batch, and over channels where the batch is small; a task has one block of the batch and a range of channels. Tiles of time are
 * outside, channels inside. The forward pass keeps the states at the border of each tile; the backward pass computes those inside again.
 */
final class SimdGridScan implements GridScan {
    private static final int WIDTH = GridLanes.WIDTH;
    /** Sums of one task over positions: A1 to A4, D, and B1, C1, B2, C2 where these are constant. */
    private static final int PARTS = 9;
    private static final int PART_OF_D = 4;
    private static final int PART_OF_SHARED = 5;

    private final WorkPool pool;
    private final ThreadLocal<GridBlock> blocks = ThreadLocal.withInitial(GridBlock::new);
    /** Sums of the tasks; one backward pass at a time. */
    private float[] parts = {};
    private float[] sharedParts = {};

    SimdGridScan(WorkPool pool) {
        this.pool = pool;
    }

    private static GridLanes lanes(Form form, Tensor x, Tensor a1) {
        return new GridLanes(x.dim(0), x.dim(1), x.dim(2), x.dim(3), a1.dim(1), form.reverseVariates());
    }

    @Override
    public int kept(int channels, int variates, int steps, int batch, int states) {
        GridLanes lanes = new GridLanes(channels, variates, steps, batch, states, false);
        return Math.multiplyExact(Math.multiplyExact(lanes.tiles * lanes.batchBlocks, lanes.groups), lanes.column);
    }

    @Override
    public void forward(Form form, Tensor xTensor, Parameters p, @Nullable State before, Tensor yTensor, @Nullable State after,
            @Nullable Tensor kept) {
        GridScan.check(form, xTensor, p);
        GridScan.check("before", xTensor, p.a1(), before);
        GridScan.check("after", xTensor, p.a1(), after);
        yTensor.requireShape("y", xTensor.shape().toArray());
        GridLanes lanes = lanes(form, xTensor, p.a1());
        float[] x = SimdTensor.of(xTensor);
        float[] y = SimdTensor.of(yTensor);
        float @Nullable [] store = kept == null ? null : requireKept(kept, lanes);
        pool.run(lanes.batchBlocks * lanes.ranges, task -> {
            int block = task / lanes.ranges;
            int first = lanes.firstGroup(task % lanes.ranges);
            int end = lanes.firstGroup(task % lanes.ranges + 1);
            GridBlock work = blocks.get();
            work.prepare(lanes, p.selective(), end - first, 2, false);
            loadStates(lanes, before, block, first, end, work.carried);
            for (int tile = 0; tile < lanes.tiles; tile++) {
                int from = tile * lanes.columns;
                int to = Math.min(lanes.steps, from + lanes.columns);
                if (p.selective()) {
                    work.loadShared(lanes, p, block, from, to);
                }
                for (int group = first; group < end; group++) {
                    work.loadChannels(lanes, form, p, group);
                    work.loadSequences(lanes, x, p, block, group, from, to);
                    int at = (group - first) * lanes.column;
                    System.arraycopy(work.carried, at, work.states, 0, lanes.column);
                    if (store != null) {
                        System.arraycopy(work.carried, at, store, keptAt(lanes, tile, block, group), lanes.column);
                    }
                    int last = work.forward(lanes, form, p.selective(), to - from, false);
                    System.arraycopy(work.states, last, work.carried, at, lanes.column);
                    lanes.unpackSequence(work.y, block, group, from, to, y);
                }
            }
            if (after != null) {
                for (int group = first; group < end; group++) {
                    lanes.unpackState(work.carried, (group - first) * lanes.column, 0, block, group, after.h1(), false);
                    lanes.unpackState(work.carried, (group - first) * lanes.column, 1, block, group, after.h2(), false);
                }
            }
        });
    }

    private static void loadStates(GridLanes lanes, @Nullable State state, int block, int first, int end, float[] target) {
        Arrays.fill(target, 0, (end - first) * lanes.column, 0);
        if (state != null) {
            for (int group = first; group < end; group++) {
                lanes.packState(state.h1(), 0, block, group, target, (group - first) * lanes.column);
                lanes.packState(state.h2(), 1, block, group, target, (group - first) * lanes.column);
            }
        }
    }

    private static int keptAt(GridLanes lanes, int tile, int block, int group) {
        return ((tile * lanes.batchBlocks + block) * lanes.groups + group) * lanes.column;
    }

    private static float[] requireKept(Tensor kept, GridLanes lanes) {
        kept.requireShape("kept", lanes.tiles * lanes.batchBlocks * lanes.groups * lanes.column);
        return SimdTensor.of(kept);
    }

    @Override
    public synchronized void backward(Form form, Tensor xTensor, Parameters p, @Nullable State before, Tensor keptTensor, Tensor yGradient,
            @Nullable State afterGradient, Tensor xGradient, Parameters gradients, @Nullable State beforeGradient) {
        GridScan.checkBackward(form, xTensor, p, before, yGradient, afterGradient, xGradient, gradients, beforeGradient);
        GridLanes lanes = lanes(form, xTensor, p.a1());
        float[] kept = requireKept(keptTensor, lanes);
        float[] x = SimdTensor.of(xTensor);
        float[] dy = SimdTensor.of(yGradient);
        float[] dx = SimdTensor.of(xGradient);
        boolean selective = p.selective();
        int modes = lanes.channels * lanes.n;
        int positions = p.b1().size();
        parts = cleared(parts, lanes.batchBlocks * PARTS * modes);
        sharedParts = cleared(sharedParts, selective ? lanes.ranges * 4 * positions : 0);
        float[] sums = parts;
        float[] sharedSums = sharedParts;
        pool.run(lanes.batchBlocks * lanes.ranges, task -> {
            int block = task / lanes.ranges;
            int range = task % lanes.ranges;
            int first = lanes.firstGroup(range);
            int end = lanes.firstGroup(range + 1);
            GridBlock work = blocks.get();
            work.prepare(lanes, selective, end - first, lanes.columns + 1, true);
            loadStates(lanes, afterGradient, block, first, end, work.carried);
            for (int tile = lanes.tiles - 1; tile >= 0; tile--) {
                int from = tile * lanes.columns;
                int to = Math.min(lanes.steps, from + lanes.columns);
                int tilePositions = (to - from) * lanes.variates;
                if (selective) {
                    work.loadShared(lanes, p, block, from, to);
                    Arrays.fill(work.sharedGradients, 0, tilePositions * lanes.n * 4 * WIDTH, 0);
                }
                for (int group = first; group < end; group++) {
                    work.loadChannels(lanes, form, p, group);
                    work.loadSequences(lanes, x, p, block, group, from, to);
                    lanes.packSequence(dy, block, group, from, to, work.dy);
                    work.clearGradients(lanes, !selective, tilePositions, p.step1(), p.step2());
                    System.arraycopy(kept, keptAt(lanes, tile, block, group), work.states, 0, lanes.column);
                    work.forward(lanes, form, selective, to - from, true);
                    work.backward(lanes, form, selective, to - from, (group - first) * lanes.column);
                    work.addSkipGradient(tilePositions);
                    lanes.addSequence(work.dx, block, group, from, to, dx);
                    if (gradients.step1() != null) {
                        lanes.addSequence(work.dStep1, block, group, from, to, SimdTensor.of(gradients.step1()));
                    }
                    if (gradients.step2() != null) {
                        lanes.addSequence(work.dStep2, block, group, from, to, SimdTensor.of(gradients.step2()));
                    }
                    addChannels(lanes, work, selective, block, group, sums, block * PARTS * modes);
                }
                if (selective) {
                    lanes.addShared(work.sharedGradients, block, from, to, sharedSums, range * 4 * positions, positions);
                }
            }
            if (beforeGradient != null) {
                for (int group = first; group < end; group++) {
                    lanes.unpackState(work.carried, (group - first) * lanes.column, 0, block, group, beforeGradient.h1(), true);
                    lanes.unpackState(work.carried, (group - first) * lanes.column, 1, block, group, beforeGradient.h2(), true);
                }
            }
        });
        Tensor[] perChannel = {gradients.a1(), gradients.a2(), gradients.a4(), gradients.a3()};
        Tensor[] shared = {gradients.b1(), gradients.c1(), gradients.b2(), gradients.c2()};
        for (int block = 0; block < lanes.batchBlocks; block++) {
            int at = block * PARTS * modes;
            for (int i = 0; i < 4; i++) {
                Rows.addScaled(1, sums, at + i * modes, SimdTensor.of(perChannel[i]), 0, modes);
                if (!selective) {
                    Rows.addScaled(1, sums, at + (PART_OF_SHARED + i) * modes, SimdTensor.of(shared[i]), 0, modes);
                }
            }
            Rows.addScaled(1, sums, at + PART_OF_D * modes, SimdTensor.of(gradients.d()), 0, lanes.channels);
        }
        for (int range = 0; selective && range < lanes.ranges; range++) {
            for (int i = 0; i < 4; i++) {
                Rows.addScaled(1, sharedSums, (range * 4 + i) * positions, SimdTensor.of(shared[i]), 0, positions);
            }
        }
    }

    private static void addChannels(GridLanes lanes, GridBlock work, boolean selective, int block, int group, float[] sums, int at) {
        int modes = lanes.channels * lanes.n;
        for (int i = 0; i < 4; i++) {
            lanes.addModes(work.aGradients, 4, i, block, group, sums, at + i * modes);
            if (!selective) {
                lanes.addModes(work.sharedGradients, 4, i, block, group, sums, at + (PART_OF_SHARED + i) * modes);
            }
        }
        for (int g = 0; g < lanes.channelsOf(group); g++) {
            float sum = 0;
            for (int b = 0; b < lanes.membersOf(block); b++) {
                sum += work.skipGradient[g * lanes.members + b];
            }
            sums[at + PART_OF_D * modes + group * lanes.together + g] += sum;
        }
    }

    private static float[] cleared(float[] array, int size) {
        if (array.length < size) {
            return new float[size];
        }
        Arrays.fill(array, 0, size, 0);
        return array;
    }
}
