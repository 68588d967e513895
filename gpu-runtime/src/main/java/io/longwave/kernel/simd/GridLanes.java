package io.longwave.kernel.simd;

import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Which channel and member of the batch sits in which lane of a grid scan. A block of lanes holds up to a vector of the batch, and several channels
 * where the batch is smaller than half a vector; unused lanes hold zeros. Time is cut into tiles of columns, so that the parameters that all
 * channels share stay in the cache while the channels pass by. In blocks, variates stand in the order of the sweep.
 */
final class GridLanes {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    static final int WIDTH = LANES.length();
    /** Numbers of B1, C1, B2, C2 that a tile may take: half of a second-level cache. */
    private static final int TILE = 1 << 17;
    private static final int MOST_TILES = 16;
    /** Tasks wanted where the batch alone gives fewer; a constant, since gradients are summed per task. */
    private static final int TASKS = 4;

    final int channels;
    final int variates;
    final int steps;
    final int batch;
    final int n;
    final boolean reverse;
    final int batchBlocks;
    /** Members of the batch in a block. */
    final int members;
    /** Channels in a block. */
    final int together;
    final int groups;
    /** Tasks that share the channels of one batch block. */
    final int ranges;
    /** Columns of a tile. */
    final int columns;
    final int tiles;
    /** Numbers of all states of one block at one time: h1 and h2 of each mode beside each other. */
    final int column;

    GridLanes(int channels, int variates, int steps, int batch, int n, boolean reverse) {
        this.channels = channels;
        this.variates = variates;
        this.steps = steps;
        this.batch = batch;
        this.n = n;
        this.reverse = reverse;
        this.batchBlocks = (batch + WIDTH - 1) / WIDTH;
        this.members = batchBlocks == 0 ? 1 : (batch + batchBlocks - 1) / batchBlocks;
        this.together = WIDTH / members;
        this.groups = (channels + together - 1) / together;
        this.ranges = batchBlocks == 0 ? 1 : Math.clamp((TASKS + batchBlocks - 1) / batchBlocks, 1, Math.max(1, groups));
        int cached = TILE / Math.max(1, 4 * variates * n * WIDTH);
        this.columns = Math.max(Math.clamp(cached, 8, 64), (steps + MOST_TILES - 1) / MOST_TILES);
        this.tiles = (steps + columns - 1) / columns;
        this.column = variates * n * 2 * WIDTH;
    }

    int firstGroup(int range) {
        return (int) ((long) groups * range / ranges);
    }

    int membersOf(int block) {
        return Math.min(members, batch - block * members);
    }

    int channelsOf(int group) {
        return Math.min(together, channels - group * together);
    }

    private int variate(int i) {
        return reverse ? variates - 1 - i : i;
    }

    /** Columns [from, to) of [H, V, L, B] into [column, variate, lane]. */
    void packSequence(float[] source, int block, int group, int from, int to, float[] target) {
        int count = membersOf(block);
        clearLanes(count, group, target, (to - from) * variates * WIDTH);
        for (int g = 0; g < channelsOf(group); g++) {
            for (int i = 0; i < variates; i++) {
                int row = (((group * together + g) * variates + variate(i)) * steps) * batch + block * members;
                for (int t = from; t < to; t++) {
                    copy(source, row + t * batch, target, ((t - from) * variates + i) * WIDTH + g * members, count);
                }
            }
        }
    }

    /** The way back, added. */
    void addSequence(float[] source, int block, int group, int from, int to, float[] target) {
        int count = membersOf(block);
        for (int g = 0; g < channelsOf(group); g++) {
            for (int i = 0; i < variates; i++) {
                int row = (((group * together + g) * variates + variate(i)) * steps) * batch + block * members;
                for (int t = from; t < to; t++) {
                    add(source, ((t - from) * variates + i) * WIDTH + g * members, target, row + t * batch, count);
                }
            }
        }
    }

    /** The way back. */
    void unpackSequence(float[] source, int block, int group, int from, int to, float[] target) {
        int count = membersOf(block);
        for (int g = 0; g < channelsOf(group); g++) {
            for (int i = 0; i < variates; i++) {
                int row = (((group * together + g) * variates + variate(i)) * steps) * batch + block * members;
                for (int t = from; t < to; t++) {
                    copy(source, ((t - from) * variates + i) * WIDTH + g * members, target, row + t * batch, count);
                }
            }
        }
    }

    /** Columns of four [N, V, L, B] into [column, variate, mode, 4, lane]; the same for all channels. */
    void packShared(float[] first, float[] second, float[] third, float[] fourth, int block, int from, int to, float[] target) {
        int count = membersOf(block);
        int stride = variates * steps * batch;
        for (int t = from; t < to; t++) {
            for (int i = 0; i < variates; i++) {
                int row = (variate(i) * steps + t) * batch + block * members;
                int at = ((t - from) * variates + i) * n * 4 * WIDTH;
                for (int k = 0; k < n; k++, row += stride, at += 4 * WIDTH) {
                    for (int lane = 0; lane < together * members; lane += members) {
                        copy(first, row, target, at + lane, count);
                        copy(second, row, target, at + WIDTH + lane, count);
                        copy(third, row, target, at + 2 * WIDTH + lane, count);
                        copy(fourth, row, target, at + 3 * WIDTH + lane, count);
                    }
                }
            }
        }
    }

    /** The way back, added; the four stand {@code apart} from each other in the target, the first at {@code targetAt}. */
    void addShared(float[] source, int block, int from, int to, float[] target, int targetAt, int apart) {
        int count = membersOf(block);
        int stride = variates * steps * batch;
        for (int t = from; t < to; t++) {
            for (int i = 0; i < variates; i++) {
                int row = targetAt + (variate(i) * steps + t) * batch + block * members;
                int at = ((t - from) * variates + i) * n * 4 * WIDTH;
                for (int k = 0; k < n; k++, row += stride, at += 4 * WIDTH) {
                    for (int lane = 0; lane < together * members; lane += members) {
                        add(source, at + lane, target, row, count);
                        add(source, at + WIDTH + lane, target, row + apart, count);
                        add(source, at + 2 * WIDTH + lane, target, row + 2 * apart, count);
                        add(source, at + 3 * WIDTH + lane, target, row + 3 * apart, count);
                    }
                }
            }
        }
    }

    /** [H, N] into place {@code which} of [mode, {@code places}, lane], {@code unused} in the lanes that hold nothing. */
    void packModes(float[] source, int group, float[] target, int places, int which, float unused) {
        for (int k = 0; k < n; k++) {
            int at = (k * places + which) * WIDTH;
            java.util.Arrays.fill(target, at, at + WIDTH, unused);
            for (int g = 0; g < channelsOf(group); g++) {
                float value = source[(group * together + g) * n + k];
                java.util.Arrays.fill(target, at + g * members, at + (g + 1) * members, value);
            }
        }
    }

    /** The way back: sums over the members of the batch in their order, added to [H, N] from {@code targetAt} on. */
    void addModes(float[] source, int places, int which, int block, int group, float[] target, int targetAt) {
        int count = membersOf(block);
        for (int g = 0; g < channelsOf(group); g++) {
            for (int k = 0; k < n; k++) {
                int at = (k * places + which) * WIDTH + g * members;
                float sum = 0;
                for (int b = 0; b < count; b++) {
                    sum += source[at + b];
                }
                target[targetAt + (group * together + g) * n + k] += sum;
            }
        }
    }

    /** [H, V, N, B] of h1 (which 0) or h2 (1) into one column of states. */
    void packState(Tensor tensor, int which, int block, int group, float[] target, int targetAt) {
        float[] source = SimdTensor.of(tensor);
        int count = membersOf(block);
        for (int g = 0; g < channelsOf(group); g++) {
            for (int i = 0; i < variates; i++) {
                for (int k = 0; k < n; k++) {
                    copy(source, stateRow(group * together + g, i, k, block), target,
                            targetAt + ((i * n + k) * 2 + which) * WIDTH + g * members, count);
                }
            }
        }
    }

    /** The way back, added or not. */
    void unpackState(float[] source, int sourceAt, int which, int block, int group, Tensor tensor, boolean add) {
        float[] target = SimdTensor.of(tensor);
        int count = membersOf(block);
        for (int g = 0; g < channelsOf(group); g++) {
            for (int i = 0; i < variates; i++) {
                for (int k = 0; k < n; k++) {
                    int at = sourceAt + ((i * n + k) * 2 + which) * WIDTH + g * members;
                    int row = stateRow(group * together + g, i, k, block);
                    if (add) {
                        add(source, at, target, row, count);
                    } else {
                        copy(source, at, target, row, count);
                    }
                }
            }
        }
    }

    private int stateRow(int channel, int i, int k, int block) {
        return ((channel * variates + variate(i)) * n + k) * batch + block * members;
    }

    private void clearLanes(int count, int group, float[] target, int size) {
        if (count < WIDTH || channelsOf(group) < together) {
            java.util.Arrays.fill(target, 0, size, 0);
        }
    }

    private static void copy(float[] source, int from, float[] target, int to, int count) {
        if (count == WIDTH) {
            FloatVector.fromArray(LANES, source, from).intoArray(target, to);
            return;
        }
        for (int i = 0; i < count; i++) {
            target[to + i] = source[from + i];
        }
    }

    private static void add(float[] source, int from, float[] target, int to, int count) {
        if (count == WIDTH) {
            FloatVector.fromArray(LANES, target, to).add(FloatVector.fromArray(LANES, source, from)).intoArray(target, to);
            return;
        }
        for (int i = 0; i < count; i++) {
            target[to + i] += source[from + i];
        }
    }
}
