package io.longwave.kernel.simd;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.SelectiveScan;
import io.longwave.kernel.SelectiveScan.Inputs;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inputs of one selective scan as arrays, how they are cut into tiles of as many channels as there are lanes, and where things stand. A tile
 * stays inside a unit: a group where every channel is a head, else a head.
 */
final class SelectiveScanArrays {
    private static final VectorSpecies<Float> LANES = SimdDecay.LANES;
    private static final int WIDTH = LANES.length();

    final int channels;
    final int batch;
    final int length;
    final int states;
    final int groups;
    /** Channels of a head. */
    final int perHead;
    final boolean oneDecay;
    private final int channelsPerUnit;
    final int tilesPerUnit;
    final int tilesPerGroup;
    final boolean exactHold;
    /** 1, or −1 where time runs from the last step to the first. */
    final int direction;
    final float[] u;
    final float[] delta;
    final float[] a;
    final float[] b;
    final float[] c;
    final float @Nullable [] skip;
    final float @Nullable [] deltaBias;
    final float @Nullable [] gate;
    private final float @Nullable [] initial;

    SelectiveScanArrays(Inputs inputs) {
        this.channels = inputs.channels();
        this.batch = inputs.batch();
        this.length = inputs.length();
        this.states = inputs.states();
        this.groups = inputs.groups();
        this.perHead = channels / inputs.heads();
        this.oneDecay = inputs.oneDecay();
        int units = perHead == 1 ? groups : inputs.heads();
        this.channelsPerUnit = channels / units;
        this.tilesPerUnit = (channelsPerUnit + WIDTH - 1) / WIDTH;
        this.tilesPerGroup = tilesPerUnit * (units / groups);
        this.exactHold = inputs.exactHold();
        this.direction = inputs.reversed() ? -1 : 1;
        this.u = SimdTensor.of(inputs.u());
        this.delta = SimdTensor.of(inputs.delta());
        this.a = SimdTensor.of(inputs.a());
        this.b = SimdTensor.of(inputs.b());
        this.c = SimdTensor.of(inputs.c());
        this.skip = SimdTensor.orNull(inputs.skip());
        this.deltaBias = SimdTensor.orNull(inputs.deltaBias());
        this.gate = SimdTensor.orNull(inputs.gate());
        this.initial = SimdTensor.orNull(inputs.initial());
        for (float rate : a) {
            if (rate > 0) {
                throw new IllegalArgumentException("a: expected no rate above 0 but was " + rate);
            }
        }
    }

    int firstChannel(int tile) {
        return tile / tilesPerUnit * channelsPerUnit + tile % tilesPerUnit * WIDTH;
    }

    /** Channels of a tile, the lanes in use. */
    int width(int tile) {
        return Math.min(WIDTH, channelsPerUnit - tile % tilesPerUnit * WIDTH);
    }

    /** The lane of a channel when all tiles stand side by side. */
    int lane(int h) {
        return (h / channelsPerUnit * tilesPerUnit) * WIDTH + h % channelsPerUnit;
    }

    /** Where A of a state of a channel stands. */
    int rateAt(int h, int i) {
        return oneDecay ? h / perHead : h / perHead * states + i;
    }

    /** Where the k-th step taken of a channel stands in [H, B, L]; the next one stands {@link #direction} further. */
    int rowAt(int h, int entry, int k) {
        return (h * batch + entry) * length + (direction > 0 ? k : length - 1 - k);
    }

    /** The same of row i of a group in [G N, B, L]. */
    int inputAt(int group, int i, int entry, int k) {
        return rowAt(group * states + i, entry, k);
    }

    /** δ + bias and u of a block into lanes. */
    void loadBlock(int h, int width, int entry, int k, int count, float[] s, int sizes, int inputs) {
        int deltaStride = perHead == 1 ? batch * length : 0; // all lanes of a head take one row
        LaneTile.toLanes(delta, rowAt(h / perHead, entry, k), deltaStride, width, count, direction, s, sizes);
        LaneTile.toLanes(u, rowAt(h, entry, k), batch * length, width, count, direction, s, inputs);
        float[] biases = deltaBias;
        if (biases != null) {
            FloatVector bias = perLane(biases, h, width);
            for (int at = sizes; at < sizes + count * WIDTH; at += WIDTH) {
                FloatVector.fromArray(LANES, s, at).add(bias).intoArray(s, at);
            }
        }
    }

    /** z of a block into lanes, where there is one. */
    void loadGate(int h, int width, int entry, int k, int count, float[] s, int at) {
        float[] z = gate;
        if (z != null) {
            LaneTile.toLanes(z, rowAt(h, entry, k), batch * length, width, count, direction, s, at);
        }
    }

    /** sums += D u. */
    void addSkip(int h, int width, float[] s, int inputs, int sums, int count) {
        float[] weights = skip;
        if (weights == null) {
            return;
        }
        FloatVector d = perLane(weights, h, width);
        for (int j = 0; j < count * WIDTH; j += WIDTH) {
            d.fma(FloatVector.fromArray(LANES, s, inputs + j), FloatVector.fromArray(LANES, s, sums + j)).intoArray(s, sums + j);
        }
    }

    /** Numbers of the heads of the channels of a tile, one per lane, zero in lanes without a channel. */
    FloatVector perLane(float[] values, int h, int width) {
        VectorMask<Float> used = LANES.indexInRange(0, width);
        return perHead == 1
                ? FloatVector.fromArray(LANES, values, h, used)
                : FloatVector.zero(LANES).blend(values[h / perHead], used);
    }

    /** A in lanes, [N, lanes]; zero where there is no channel. */
    void loadRates(int h, int width, float[] s, int rates) {
        Arrays.fill(s, rates, rates + states * WIDTH, 0f);
        for (int r = 0; r < width; r++) {
            for (int i = 0; i < states; i++) {
                s[rates + i * WIDTH + r] = a[rateAt(h + r, i)];
            }
        }
    }

    /** The states before the first step taken in lanes, [N, lanes]. */
    void loadStates(int h, int width, int entry, float[] s, int at) {
        Arrays.fill(s, at, at + states * WIDTH, 0f);
        float[] from = initial;
        if (from != null) {
            addStates(h, width, entry, from, s, at);
        }
    }

    /** Adds numbers of [H, B, N] to lanes. */
    void addStates(int h, int width, int entry, float[] from, float[] s, int at) {
        for (int r = 0; r < width; r++) {
            for (int i = 0; i < states; i++) {
                s[at + i * WIDTH + r] += from[((h + r) * batch + entry) * states + i];
            }
        }
    }

    /** Lanes into [H, B, N]. */
    void storeStates(int h, int width, int entry, float[] s, int at, float[] into) {
        for (int r = 0; r < width; r++) {
            for (int i = 0; i < states; i++) {
                into[((h + r) * batch + entry) * states + i] = s[at + i * WIDTH + r];
            }
        }
    }

    /** Where the kept states of a tile stand: [ceil(L / {@link SelectiveScan#STRIDE}), B, N, H]; the next state is H further. */
    int keptAt(int h, int entry, int block) {
        return (block * batch + entry) * states * channels + h;
    }

    void keep(int h, int width, int entry, int block, float[] s, int at, float[] kept) {
        for (int i = 0; i < states; i++) {
            System.arraycopy(s, at + i * WIDTH, kept, keptAt(h, entry, block) + i * channels, width);
        }
    }

    void recall(int h, int width, int entry, int block, float[] kept, float[] s, int at) {
        Arrays.fill(s, at, at + states * WIDTH, 0f);
        for (int i = 0; i < states; i++) {
            System.arraycopy(kept, keptAt(h, entry, block) + i * channels, s, at + i * WIDTH, width);
        }
    }
}
