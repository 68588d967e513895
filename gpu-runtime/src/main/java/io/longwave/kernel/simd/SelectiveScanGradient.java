package io.longwave.kernel.simd;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.SelectiveScan.Gradients;
import io.longwave.tensor.Tensor;

/**
 * The way back of {@link SimdSelectiveScan}. The gradients of B and C are sums over the channels of a group, so one task takes all tiles of a
 * group and batch entry, block by block from the last; those sums stay in lanes until a block is done. Few groups and entries are cut into
 * parts, by a rule that knows only the shape. What tasks have in common, gradients of A, D and bias and those of parts, is added afterwards in
 * a fixed order.
 */
final class SelectiveScanGradient {
    private static final int WIDTH = SimdSelectiveScan.WIDTH;
    /** Tasks that keep the cores busy. */
    private static final int ENOUGH_TASKS = 4;

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SelectiveScanGradient(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    void backward(SelectiveScanArrays in, float[] kept, float[] gradient, float @Nullable [] lastGradient, Gradients into) {
        int owners = in.groups * in.batch;
        int tilesTogether = in.perHead == 1 ? 1 : in.tilesPerUnit; // those of a head have one gradient of δ
        int pieces = in.tilesPerGroup / tilesTogether;
        int parts = owners >= ENOUGH_TASKS ? 1 : Math.min(pieces, (ENOUGH_TASKS + owners - 1) / owners);
        int lanes = in.groups * in.tilesPerGroup * WIDTH;
        float[] perEntry = scratch.get().array(1, in.batch * (in.states + 2) * lanes);
        int rows = in.b.length;
        float[] ofParts = scratch.get().array(2, parts == 1 ? 0 : 2 * parts * rows);
        Arrays.fill(ofParts, 0, parts == 1 ? 0 : 2 * parts * rows, 0f);
        float[] db = SimdTensor.of(into.b());
        float[] dc = SimdTensor.of(into.c());
        pool.run(owners * parts, task -> {
            int part = task % parts;
            int group = task / parts / in.batch;
            int entry = task / parts % in.batch;
            int from = pieces * part / parts * tilesTogether;
            int to = pieces * (part + 1) / parts * tilesTogether;
            SelectiveScanBlock block = new SelectiveScanBlock(in, scratch.get(), group, entry, from, to, gradient, into);
            if (parts == 1) {
                block.run(kept, lastGradient, db, 0, dc, 0);
            } else {
                block.run(kept, lastGradient, ofParts, 2 * part * rows, ofParts, (2 * part + 1) * rows);
            }
            block.handOver(perEntry, lanes);
        });
        for (int part = 0; parts > 1 && part < parts; part++) {
            Rows.addScaled(1, ofParts, 2 * part * rows, db, 0, rows);
            Rows.addScaled(1, ofParts, (2 * part + 1) * rows, dc, 0, rows);
        }
        addEntries(in, perEntry, lanes, into);
    }

    /** Sums over the batch of what every entry has for itself, [B, N + 2, lanes]: gradients of A, then of D, then of the bias. */
    private static void addEntries(SelectiveScanArrays in, float[] perEntry, int lanes, Gradients into) {
        int rows = in.states + 2;
        for (int entry = 1; entry < in.batch; entry++) {
            Rows.addScaled(1, perEntry, entry * rows * lanes, perEntry, 0, rows * lanes);
        }
        float[] da = SimdTensor.of(into.a());
        for (int h = 0; h < in.channels; h++) {
            int lane = in.lane(h);
            for (int i = 0; i < in.states; i++) {
                da[in.rateAt(h, i)] += perEntry[i * lanes + lane];
            }
            add(into.skip(), h / in.perHead, perEntry[in.states * lanes + lane]);
            add(into.deltaBias(), h / in.perHead, perEntry[(in.states + 1) * lanes + lane]);
        }
    }

    private static void add(@Nullable Tensor tensor, int at, float value) {
        if (tensor != null) {
            SimdTensor.of(tensor)[at] += value;
        }
    }
}
