package io.longwave.kernel.simd;

import static io.longwave.kernel.SelectiveScan.STRIDE;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.SelectiveScan.Gradients;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Some tiles of one group and batch entry on the way back, one span of steps at a time and in it block by block: a state is recomputed from
 * the kept one before the block, then its gradient runs back through the block. All of a span is in one scratch array; the places below are
 * in it.
 */
final class SelectiveScanBlock {
    private static final VectorSpecies<Float> LANES = SimdDecay.LANES;
    private static final int WIDTH = LANES.length();
    /** Steps that are read and written at once: a page is visited less often, while sums over channels still fit the second-level cache. */
    private static final int SPAN = 4 * STRIDE;
    /**
     * From one place to the next: with a vector more than a span's for the state after the last step, and apart by no multiple of a page, or
     * the thirteen places of a loop would compete for the same eight lines of the cache.
     */
    private static final int ROOM = SPAN * WIDTH + 5 * WIDTH;
    private static final int SIZES = 0; // Δ
    private static final int DRIVEN = ROOM; // what B is multiplied with: Δ u, or u held exactly
    private static final int U = 2 * ROOM;
    private static final int SLOPES = 3 * ROOM; // dΔ/dδ
    private static final int DV = 4 * ROOM; // ȳ, the gradient before the gate
    private static final int GATE = 5 * ROOM; // dy silu'(z)
    private static final int V = 6 * ROOM; // C · x + D u, needed for the gate alone
    private static final int DU = 7 * ROOM; // Σ g B, times the hold where it is exact
    private static final int DSIZE = 8 * ROOM; // Σ e A, and what the exact hold adds
    private static final int DECAY = 9 * ROOM; // ā of one state
    private static final int HOLD = 10 * ROOM; // φ of one state
    private static final int X = 11 * ROOM; // one state before each step and after the last
    private static final int DECAY_1 = 12 * ROOM; // the same of a second state
    private static final int X_1 = 13 * ROOM;
    private static final int DB = 14 * ROOM; // [N, steps, lanes], then the same for C
    /** Below this |Δ A| the slope of the exact hold is taken from its series: the difference it stands for has lost a digit there. */
    private static final float SERIES = 0.1f;

    private static final int NOWHERE = -1;

    private final SelectiveScanArrays in;
    private final int group;
    private final int entry;
    private final int firstTile;
    private final int endTile;
    private final float[] gradient;
    private final Gradients into;
    private final int n;
    private final float[] s;
    private final int dc;
    private final int rates;
    private final int states;
    private final int carries; // per tile: gradient of the states from later steps, then of A, D and bias
    private final int perTile;

    SelectiveScanBlock(SelectiveScanArrays in, Scratch scratch, int group, int entry, int from, int to, float[] gradient, Gradients into) {
        this.in = in;
        this.group = group;
        this.entry = entry;
        this.firstTile = from;
        this.endTile = to;
        this.gradient = gradient;
        this.into = into;
        this.n = in.states;
        this.dc = DB + n * ROOM;
        this.rates = dc + n * ROOM;
        this.states = rates + n * WIDTH;
        this.carries = states + n * WIDTH;
        this.perTile = (2 * n + 2) * WIDTH;
        this.s = scratch.array(0, carries + (to - from) * perTile);
    }

    /** All blocks from the last; sums over channels are added to {@code b} and {@code c} behind the given places. */
    void run(float[] kept, float @Nullable [] lastGradient, float[] b, int bAt, float[] c, int cAt) {
        Arrays.fill(s, carries, carries + (endTile - firstTile) * perTile, 0f);
        for (int tile = firstTile; lastGradient != null && tile < endTile; tile++) {
            in.addStates(channel(tile), width(tile), entry, lastGradient, s, carry(tile));
        }
        for (int k = (in.length - 1) / SPAN * SPAN; k >= 0; k -= SPAN) {
            int count = Math.min(SPAN, in.length - k);
            Arrays.fill(s, DB, rates, 0f);
            for (int tile = firstTile; tile < endTile; tile++) {
                tile(tile, k, count, kept);
            }
            for (int i = 0; i < n; i++) {
                int row = in.inputAt(group, i, entry, k);
                LaneTile.addSums(s, DB + i * ROOM, b, bAt + row, count, in.direction);
                LaneTile.addSums(s, dc + i * ROOM, c, cAt + row, count, in.direction);
            }
        }
        for (int tile = firstTile; into.initial() != null && tile < endTile; tile++) {
            addInitial(tile, SimdTensor.of(into.initial()));
        }
    }

    private int channel(int tile) {
        return in.firstChannel(group * in.tilesPerGroup + tile);
    }

    private int width(int tile) {
        return in.width(group * in.tilesPerGroup + tile);
    }

    private int carry(int tile) {
        return carries + (tile - firstTile) * perTile;
    }

    private void addInitial(int tile, float[] initial) {
        for (int r = 0; r < width(tile); r++) {
            for (int i = 0; i < n; i++) {
                initial[((channel(tile) + r) * in.batch + entry) * n + i] += s[carry(tile) + i * WIDTH + r];
            }
        }
    }

    /** Copies the gradients of A, D and bias of this entry to their places in [B, N + 2, lanes]. */
    void handOver(float[] perEntry, int lanes) {
        for (int tile = firstTile; tile < endTile; tile++) {
            int lane = (group * in.tilesPerGroup + tile) * WIDTH;
            for (int i = 0; i < n + 2; i++) {
                System.arraycopy(s, carry(tile) + (n + i) * WIDTH, perEntry, (entry * (n + 2) + i) * lanes + lane, WIDTH);
            }
        }
    }

    private void tile(int tile, int k, int count, float[] kept) {
        int h = channel(tile);
        int width = width(tile);
        in.loadBlock(h, width, entry, k, count, s, SIZES, U);
        LaneTile.toLanes(gradient, in.rowAt(h, entry, k), in.batch * in.length, width, count, in.direction, s, DV);
        float[] z = in.gate;
        boolean gated = z != null;
        if (z != null) {
            LaneTile.toLanes(z, in.rowAt(h, entry, k), in.batch * in.length, width, count, in.direction, s, GATE);
            openGate(count);
        }
        drive(count);
        in.loadRates(h, width, s, rates);
        Arrays.fill(s, V, V + count * WIDTH, 0f);
        Arrays.fill(s, DU, DU + count * WIDTH, 0f);
        Arrays.fill(s, DSIZE, DSIZE + count * WIDTH, 0f);
        for (int first = (count - 1) / STRIDE * STRIDE; first >= 0; first -= STRIDE) {
            in.recall(h, width, entry, (k + first) / STRIDE, kept, s, states);
            states(tile, k + first, first * WIDTH, Math.min(STRIDE, count - first));
        }
        finish(h, width, carry(tile) + 2 * n * WIDTH, count);
        store(SimdTensor.of(into.u()), DU, h, width, k, count);
        float[] dDelta = SimdTensor.of(into.delta());
        if (in.perHead == 1) {
            store(dDelta, DSIZE, h, width, k, count);
        } else {
            LaneTile.addSums(s, DSIZE, dDelta, in.rowAt(h / in.perHead, entry, k), count, in.direction);
        }
        if (into.gate() != null) {
            in.addSkip(h, width, s, U, V, count);
            for (int j = 0; j < count * WIDTH; j += WIDTH) {
                FloatVector.fromArray(LANES, s, V + j).mul(FloatVector.fromArray(LANES, s, GATE + j)).intoArray(s, V + j);
            }
            store(SimdTensor.of(into.gate()), V, h, width, k, count);
        }
    }

    /** All states of a tile back through one block, whose numbers stand {@code from} behind the places of the span. */
    private void states(int tile, int k, int from, int count) {
        int i = 0;
        float largest = SimdDecay.largest(s, SIZES + from, count * WIDTH, s, X);
        for (; !in.exactHold && !in.oneDecay && i + 1 < n; i += 2) {
            int input = in.inputAt(group, i, entry, k);
            int next = in.inputAt(group, i + 1, entry, k);
            SimdDecay.twoDecays(s, SIZES + from, largest, rates + i * WIDTH, DECAY + from, DECAY_1 - DECAY, count * WIDTH);
            recomputeTwo(s, states + i * WIDTH, in.b, in.c, input, next, in.gate == null ? NOWHERE : V, in.direction, from, count);
            backTwo(s, rates + i * WIDTH, DB + i * ROOM, dc + i * ROOM, carry(tile) + i * WIDTH, n * WIDTH, in.b, in.c, input, next,
                    in.direction, from, count);
        }
        for (; i < n; i++) {
            int input = in.inputAt(group, i, entry, k);
            int carry = carry(tile) + i * WIDTH;
            if (i == 0 || !in.oneDecay) {
                SimdSelectiveScan.decays(s, SIZES + from, rates + i * WIDTH, DECAY + from, HOLD + from, in.exactHold, count);
            }
            recompute(s, states + i * WIDTH, in.exactHold, in.b, input, in.direction, from, count);
            if (in.exactHold) {
                backHeld(i, carry, input, from, count);
            } else {
                back(s, rates + i * WIDTH, DB + i * ROOM, dc + i * ROOM, carry, n * WIDTH, in.b, in.c, input, in.direction, from, count);
            }
            if (in.gate != null) {
                read(input, from, count);
            }
        }
    }

    private void store(float[] rows, int at, int h, int width, int k, int count) {
        LaneTile.toRows(s, at, rows, in.rowAt(h, entry, k), in.batch * in.length, width, count, in.direction, true);
    }

    /** ȳ = dy silu(z), and dy silu'(z) for the gradient of z. */
    private void openGate(int count) {
        SimdDecay.sigmoid(s, GATE, s, V, count * WIDTH); // V is filled later
        for (int j = 0; j < count * WIDTH; j++) {
            float z = s[GATE + j];
            float dy = s[DV + j];
            float sigmoid = s[V + j];
            s[GATE + j] = dy * (sigmoid * Math.fma(z, 1 - sigmoid, 1f));
            s[DV + j] = dy * (sigmoid * z);
        }
    }

    private void drive(int count) {
        SimdDecay.sigmoid(s, SIZES, s, SLOPES, count * WIDTH);
        SimdDecay.softplus(s, SIZES, SIZES, count * WIDTH);
        for (int j = 0; j < count * WIDTH; j++) {
            s[DRIVEN + j] = in.exactHold ? s[U + j] : s[SIZES + j] * s[U + j];
        }
    }

    /** One state through the block, again. */
    private static void recompute(float[] s, int state, boolean held, float[] b, int input, int direction, int from, int count) {
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector x = FloatVector.fromArray(LANES, s, state);
        x.intoArray(s, X + from);
        for (int j = 0; j < count; j++) {
            int at = from + j * WIDTH;
            FloatVector driven = FloatVector.fromArray(LANES, s, DRIVEN + at);
            if (held) {
                driven = driven.mul(FloatVector.fromArray(LANES, s, HOLD + at));
            }
            FloatVector drive = driven.fma(FloatVector.broadcast(LANES, b[input + direction * j]), rest);
            x = FloatVector.fromArray(LANES, s, DECAY + at).fma(x, drive);
            x.intoArray(s, X + at + WIDTH);
        }
    }

    /** Gradient of one state back through the block. */
    private static void back(float[] s, int rate, int db, int dc, int carryAt, int toA, float[] b, float[] c, int input, int direction,
            int from, int count) {
        FloatVector a = FloatVector.fromArray(LANES, s, rate);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector carry = FloatVector.fromArray(LANES, s, carryAt);
        FloatVector da = FloatVector.fromArray(LANES, s, carryAt + toA);
        for (int j = count - 1; j >= 0; j--) {
            int at = from + j * WIDTH;
            int t = input + direction * j;
            FloatVector dv = FloatVector.fromArray(LANES, s, DV + at);
            FloatVector g = dv.fma(FloatVector.broadcast(LANES, c[t]), carry);
            dv.fma(FloatVector.fromArray(LANES, s, X + at + WIDTH), FloatVector.fromArray(LANES, s, dc + at)).intoArray(s, dc + at);
            g.fma(FloatVector.fromArray(LANES, s, DRIVEN + at), FloatVector.fromArray(LANES, s, db + at)).intoArray(s, db + at);
            g.fma(FloatVector.broadcast(LANES, b[t]), FloatVector.fromArray(LANES, s, DU + at)).intoArray(s, DU + at);
            carry = g.fma(FloatVector.fromArray(LANES, s, DECAY + at), rest);
            FloatVector e = carry.mul(FloatVector.fromArray(LANES, s, X + at));
            da = e.fma(FloatVector.fromArray(LANES, s, SIZES + at), da);
            e.fma(a, FloatVector.fromArray(LANES, s, DSIZE + at)).intoArray(s, DSIZE + at);
        }
        carry.intoArray(s, carryAt);
        da.intoArray(s, carryAt + toA);
    }

    /** Two states through the block, again; with a gate their part of v is added at {@code v}. */
    private static void recomputeTwo(float[] s, int states, float[] b, float[] c, int input0, int input1, int v, int direction, int from,
            int count) {
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector x0 = FloatVector.fromArray(LANES, s, states);
        FloatVector x1 = FloatVector.fromArray(LANES, s, states + WIDTH);
        x0.intoArray(s, X + from);
        x1.intoArray(s, X_1 + from);
        for (int j = 0; j < count; j++) {
            int at = from + j * WIDTH;
            int t = direction * j;
            FloatVector driven = FloatVector.fromArray(LANES, s, DRIVEN + at);
            x0 = FloatVector.fromArray(LANES, s, DECAY + at).fma(x0, driven.fma(FloatVector.broadcast(LANES, b[input0 + t]), rest));
            x1 = FloatVector.fromArray(LANES, s, DECAY_1 + at).fma(x1, driven.fma(FloatVector.broadcast(LANES, b[input1 + t]), rest));
            x0.intoArray(s, X + at + WIDTH);
            x1.intoArray(s, X_1 + at + WIDTH);
            if (v != NOWHERE) {
                FloatVector sum = x0.fma(FloatVector.broadcast(LANES, c[input0 + t]), FloatVector.fromArray(LANES, s, v + at));
                x1.fma(FloatVector.broadcast(LANES, c[input1 + t]), sum).intoArray(s, v + at);
            }
        }
    }

    /** {@link #back} for two states: what both of them read, and the sums over states, pass once. */
    private static void backTwo(float[] s, int rates, int db, int dc, int carries, int toA, float[] b, float[] c, int input0, int input1,
            int direction, int from, int count) {
        FloatVector a0 = FloatVector.fromArray(LANES, s, rates);
        FloatVector a1 = FloatVector.fromArray(LANES, s, rates + WIDTH);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector carry0 = FloatVector.fromArray(LANES, s, carries);
        FloatVector carry1 = FloatVector.fromArray(LANES, s, carries + WIDTH);
        FloatVector da0 = FloatVector.fromArray(LANES, s, carries + toA);
        FloatVector da1 = FloatVector.fromArray(LANES, s, carries + toA + WIDTH);
        FloatVector after0 = FloatVector.fromArray(LANES, s, X + from + count * WIDTH);
        FloatVector after1 = FloatVector.fromArray(LANES, s, X_1 + from + count * WIDTH);
        for (int j = count - 1; j >= 0; j--) {
            int at = from + j * WIDTH;
            int t = direction * j;
            FloatVector dv = FloatVector.fromArray(LANES, s, DV + at);
            FloatVector driven = FloatVector.fromArray(LANES, s, DRIVEN + at);
            FloatVector size = FloatVector.fromArray(LANES, s, SIZES + at);
            FloatVector g0 = dv.fma(FloatVector.broadcast(LANES, c[input0 + t]), carry0);
            FloatVector g1 = dv.fma(FloatVector.broadcast(LANES, c[input1 + t]), carry1);
            dv.fma(after0, FloatVector.fromArray(LANES, s, dc + at)).intoArray(s, dc + at);
            dv.fma(after1, FloatVector.fromArray(LANES, s, dc + ROOM + at)).intoArray(s, dc + ROOM + at);
            g0.fma(driven, FloatVector.fromArray(LANES, s, db + at)).intoArray(s, db + at);
            g1.fma(driven, FloatVector.fromArray(LANES, s, db + ROOM + at)).intoArray(s, db + ROOM + at);
            FloatVector du = g0.fma(FloatVector.broadcast(LANES, b[input0 + t]), FloatVector.fromArray(LANES, s, DU + at));
            g1.fma(FloatVector.broadcast(LANES, b[input1 + t]), du).intoArray(s, DU + at);
            carry0 = g0.fma(FloatVector.fromArray(LANES, s, DECAY + at), rest);
            carry1 = g1.fma(FloatVector.fromArray(LANES, s, DECAY_1 + at), rest);
            after0 = FloatVector.fromArray(LANES, s, X + at);
            after1 = FloatVector.fromArray(LANES, s, X_1 + at);
            FloatVector e0 = carry0.mul(after0);
            FloatVector e1 = carry1.mul(after1);
            da0 = e0.fma(size, da0);
            da1 = e1.fma(size, da1);
            e1.fma(a1, e0.fma(a0, FloatVector.fromArray(LANES, s, DSIZE + at))).intoArray(s, DSIZE + at);
        }
        carry0.intoArray(s, carries);
        carry1.intoArray(s, carries + WIDTH);
        da0.intoArray(s, carries + toA);
        da1.intoArray(s, carries + toA + WIDTH);
    }

    private void backHeld(int i, int carryAt, int input, int from, int count) {
        FloatVector a = FloatVector.fromArray(LANES, s, rates + i * WIDTH);
        FloatVector inverse = FloatVector.broadcast(LANES, 1f).div(a);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector half = FloatVector.broadcast(LANES, 0.5f);
        FloatVector third = FloatVector.broadcast(LANES, 1f / 3);
        FloatVector eighth = FloatVector.broadcast(LANES, 1f / 8);
        FloatVector carry = FloatVector.fromArray(LANES, s, carryAt);
        FloatVector da = FloatVector.fromArray(LANES, s, carryAt + n * WIDTH);
        int db = DB + i * ROOM;
        int dcAt = dc + i * ROOM;
        for (int j = count - 1; j >= 0; j--) {
            int at = from + j * WIDTH;
            int t = input + in.direction * j;
            FloatVector dv = FloatVector.fromArray(LANES, s, DV + at);
            FloatVector size = FloatVector.fromArray(LANES, s, SIZES + at);
            FloatVector u = FloatVector.fromArray(LANES, s, DRIVEN + at);
            FloatVector decay = FloatVector.fromArray(LANES, s, DECAY + at);
            FloatVector hold = FloatVector.fromArray(LANES, s, HOLD + at);
            FloatVector b = FloatVector.broadcast(LANES, in.b[t]);
            FloatVector g = dv.fma(FloatVector.broadcast(LANES, in.c[t]), carry);
            dv.fma(FloatVector.fromArray(LANES, s, X + at + WIDTH), FloatVector.fromArray(LANES, s, dcAt + at)).intoArray(s, dcAt + at);
            FloatVector held = g.mul(hold);
            held.fma(u, FloatVector.fromArray(LANES, s, db + at)).intoArray(s, db + at);
            held.fma(b, FloatVector.fromArray(LANES, s, DU + at)).intoArray(s, DU + at);
            carry = g.fma(decay, rest);
            FloatVector e = carry.mul(FloatVector.fromArray(LANES, s, X + at));
            FloatVector dHold = g.mul(b).mul(u);
            da = e.fma(size, da);
            // dφ/dA = (Δ ā − φ)/A, for small z = Δ A its series Δ² (1/2 + z/3 + z²/8 + z³/30 + z⁴/144)
            FloatVector z = size.mul(a);
            FloatVector p = z.fma(1f / 144, 1f / 30);
            p = p.fma(z, eighth);
            p = p.fma(z, third);
            p = p.fma(z, half);
            FloatVector slope = size.mul(decay).sub(hold).mul(inverse).blend(size.mul(size).mul(p),
                    z.compare(VectorOperators.GT, -SERIES));
            da = dHold.fma(slope, da);
            e.fma(a, dHold.fma(decay, FloatVector.fromArray(LANES, s, DSIZE + at))).intoArray(s, DSIZE + at);
        }
        carry.intoArray(s, carryAt);
        da.intoArray(s, carryAt + n * WIDTH);
    }

    /** v += C x. */
    private void read(int input, int from, int count) {
        for (int j = 0; j < count; j++) {
            int at = from + j * WIDTH;
            FloatVector.fromArray(LANES, s, X + at + WIDTH)
                    .fma(FloatVector.broadcast(LANES, in.c[input + in.direction * j]), FloatVector.fromArray(LANES, s, V + at))
                    .intoArray(s, V + at);
        }
    }

    /** From the sums over states to the gradients of u and δ; those of D and bias are gathered at {@code sums}. */
    private void finish(int h, int width, int sums, int count) {
        FloatVector skip = in.skip == null ? FloatVector.zero(LANES) : in.perLane(in.skip, h, width);
        FloatVector dSkip = FloatVector.fromArray(LANES, s, sums);
        FloatVector dBias = FloatVector.fromArray(LANES, s, sums + WIDTH);
        for (int j = 0; j < count * WIDTH; j += WIDTH) {
            FloatVector dv = FloatVector.fromArray(LANES, s, DV + j);
            FloatVector u = FloatVector.fromArray(LANES, s, U + j);
            FloatVector driven = FloatVector.fromArray(LANES, s, DU + j);
            FloatVector dSize = FloatVector.fromArray(LANES, s, DSIZE + j);
            if (!in.exactHold) {
                dSize = driven.fma(u, dSize);
                driven = driven.mul(FloatVector.fromArray(LANES, s, SIZES + j));
            }
            FloatVector dDelta = dSize.mul(FloatVector.fromArray(LANES, s, SLOPES + j));
            skip.fma(dv, driven).intoArray(s, DU + j);
            dDelta.intoArray(s, DSIZE + j);
            dBias = dBias.add(dDelta);
            dSkip = dSkip.add(dv.mul(u));
        }
        dSkip.intoArray(s, sums);
        dBias.intoArray(s, sums + WIDTH);
    }
}
