package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Turns rows that run along time into lanes and back: number j of row r is lane r of vector j. Squares of {@link #WIDTH} rows and times are
 * transposed by exchanging halves, then quarters, and so on, with one shuffle and one blend per vector and stage.
 */
final class LaneTile {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    static final int WIDTH = LANES.length();
    private static final VectorShuffle<Float> REVERSED = VectorShuffle.fromOp(LANES, lane -> WIDTH - 1 - lane);
    static final VectorShuffle<Float> UP_1 = up(1);
    static final VectorShuffle<Float> UP_2 = up(2);
    static final VectorShuffle<Float> UP_4 = up(4);
    static final VectorShuffle<Float> UP_8 = up(8);
    static final VectorShuffle<Float> DOWN_1 = up(-1);
    static final VectorShuffle<Float> DOWN_2 = up(-2);
    static final VectorShuffle<Float> DOWN_4 = up(-4);
    static final VectorShuffle<Float> DOWN_8 = up(-8);
    /** The first or the last number in every lane. */
    static final VectorShuffle<Float> FIRST = VectorShuffle.fromOp(LANES, lane -> 0);
    static final VectorShuffle<Float> LAST = VectorShuffle.fromOp(LANES, lane -> WIDTH - 1);
    /** Lanes that a move up or down does not bring round from the other end. */
    static final VectorMask<Float> FROM_1 = from(1);
    static final VectorMask<Float> FROM_2 = from(2);
    static final VectorMask<Float> FROM_4 = from(4);
    static final VectorMask<Float> FROM_8 = from(8);
    static final VectorMask<Float> BUT_1 = LANES.indexInRange(0, WIDTH - 1);
    static final VectorMask<Float> BUT_2 = LANES.indexInRange(0, WIDTH - 2);
    static final VectorMask<Float> BUT_4 = LANES.indexInRange(0, WIDTH - 4);
    static final VectorMask<Float> BUT_8 = LANES.indexInRange(0, Math.max(0, WIDTH - 8));
    private static final VectorMask<Float> ODD_1 = odd(1);
    private static final VectorMask<Float> ODD_2 = odd(2);
    private static final VectorMask<Float> ODD_4 = odd(4);
    private static final VectorMask<Float> ODD_8 = odd(8);

    private LaneTile() {}

    private static VectorShuffle<Float> up(int by) {
        return VectorShuffle.fromOp(LANES, lane -> (lane - by) & (WIDTH - 1));
    }

    private static VectorMask<Float> from(int first) {
        return LANES.indexInRange(0, Math.min(WIDTH, first)).not();
    }

    private static VectorMask<Float> odd(int bit) {
        boolean[] lanes = new boolean[WIDTH];
        for (int lane = 0; lane < WIDTH; lane++) {
            lanes[lane] = (lane & bit) != 0;
        }
        return VectorMask.fromArray(LANES, lanes, 0);
    }

    /**
     * Rows into lanes.
     *
     * @param rows source; row r starts at {@code at + r rowStride}
     * @param at where number 0 of row 0 stands
     * @param rowCount at most {@link #WIDTH}; the other lanes become zero
     * @param count numbers per row
     * @param direction 1, or −1 where number j + 1 stands before number j
     * @param lanes target, {@code count} rounded up to whole vectors of vectors
     */
    static void toLanes(float[] rows, int at, int rowStride, int rowCount, int count, int direction, float[] lanes, int lanesAt) {
        // row by row and all of them before the first square is turned: so the processor fetches ahead, where square by square it waited
        for (int r = 0; r < rowCount; r++) {
            copyRow(rows, at + r * rowStride, count, direction, lanes, lanesAt + r * WIDTH);
        }
        for (int square = lanesAt; square < lanesAt + count * WIDTH; square += WIDTH * WIDTH) {
            for (int r = rowCount; r < WIDTH; r++) {
                FloatVector.zero(LANES).intoArray(lanes, square + r * WIDTH);
            }
            transpose(lanes, square);
        }
    }

    /** One row into its places in the squares, zeros behind its end. */
    private static void copyRow(float[] rows, int row, int count, int direction, float[] lanes, int lanesAt) {
        int bound = LANES.loopBound(count);
        if (direction > 0) {
            for (int j = 0; j < bound; j += WIDTH) {
                FloatVector.fromArray(LANES, rows, row + j).intoArray(lanes, lanesAt + j * WIDTH);
            }
        } else {
            for (int j = 0; j < bound; j += WIDTH) {
                FloatVector.fromArray(LANES, rows, row - j - WIDTH + 1).rearrange(REVERSED).intoArray(lanes, lanesAt + j * WIDTH);
            }
        }
        for (int k = 0; bound < count && k < WIDTH; k++) {
            lanes[lanesAt + bound * WIDTH + k] = bound + k < count ? rows[row + direction * (bound + k)] : 0;
        }
    }

    /**
     * Lanes into rows; what stood in the lanes is lost.
     *
     * @param add whether rows are added to
     */
    static void toRows(float[] lanes, int lanesAt, float[] rows, int at, int rowStride, int rowCount, int count, int direction,
            boolean add) {
        for (int square = lanesAt; square < lanesAt + count * WIDTH; square += WIDTH * WIDTH) {
            transpose(lanes, square);
        }
        for (int r = 0; r < rowCount; r++) { // row by row as in toLanes
            writeRow(lanes, lanesAt + r * WIDTH, rows, at + r * rowStride, count, direction, add);
        }
    }

    private static void writeRow(float[] lanes, int lanesAt, float[] rows, int row, int count, int direction, boolean add) {
        int bound = LANES.loopBound(count);
        for (int j = 0; j < bound; j += WIDTH) {
            int first = direction > 0 ? row + j : row - j - WIDTH + 1;
            FloatVector values = FloatVector.fromArray(LANES, lanes, lanesAt + j * WIDTH);
            FloatVector ordered = direction > 0 ? values : values.rearrange(REVERSED);
            (add ? ordered.add(FloatVector.fromArray(LANES, rows, first)) : ordered).intoArray(rows, first);
        }
        for (int k = bound; k < count; k++) {
            int place = row + direction * k;
            rows[place] = (add ? rows[place] : 0) + lanes[lanesAt + bound * WIDTH + k - bound];
        }
    }

    /**
     * Sums of the lanes of {@code count} vectors, added to a row; what stood in the lanes is lost. The order of the sum is fixed.
     */
    static void addSums(float[] lanes, int lanesAt, float[] row, int at, int count, int direction) {
        for (int j = 0; j < count; j += WIDTH) {
            int square = lanesAt + j * WIDTH;
            transpose(lanes, square);
            FloatVector even = FloatVector.fromArray(LANES, lanes, square);
            FloatVector odd = FloatVector.fromArray(LANES, lanes, square + WIDTH);
            for (int r = 2; r < WIDTH; r += 2) {
                even = even.add(FloatVector.fromArray(LANES, lanes, square + r * WIDTH));
                odd = odd.add(FloatVector.fromArray(LANES, lanes, square + (r + 1) * WIDTH));
            }
            if (count - j >= WIDTH) {
                int first = direction > 0 ? at + j : at - j - WIDTH + 1;
                FloatVector sums = even.add(odd);
                FloatVector ordered = direction > 0 ? sums : sums.rearrange(REVERSED);
                ordered.add(FloatVector.fromArray(LANES, row, first)).intoArray(row, first);
            } else {
                even.add(odd).intoArray(lanes, square);
                for (int k = 0; k < count - j; k++) {
                    row[at + direction * (j + k)] += lanes[square + k];
                }
            }
        }
    }

    private static void transpose(float[] lanes, int at) {
        exchangeTwice(lanes, at, 1, UP_1, DOWN_1, ODD_1, UP_2, DOWN_2, ODD_2);
        if (WIDTH > 8) {
            exchangeTwice(lanes, at, 4, UP_4, DOWN_4, ODD_4, UP_8, DOWN_8, ODD_8);
        } else if (WIDTH > 4) {
            exchange(lanes, at, 4, UP_4, DOWN_4, ODD_4);
        }
    }

    /** {@link #exchange} at a distance and then at twice that, four vectors at a time, which are read and written once for both. */
    private static void exchangeTwice(float[] lanes, int at, int distance, VectorShuffle<Float> up, VectorShuffle<Float> down,
            VectorMask<Float> odd, VectorShuffle<Float> up2, VectorShuffle<Float> down2, VectorMask<Float> odd2) {
        for (int quarter = 0; quarter < WIDTH / 4; quarter++) {
            int i = at + (quarter / distance * 4 * distance + quarter % distance) * WIDTH;
            int step = distance * WIDTH;
            FloatVector a = FloatVector.fromArray(LANES, lanes, i);
            FloatVector b = FloatVector.fromArray(LANES, lanes, i + step);
            FloatVector c = FloatVector.fromArray(LANES, lanes, i + 2 * step);
            FloatVector d = FloatVector.fromArray(LANES, lanes, i + 3 * step);
            FloatVector a1 = a.blend(b.rearrange(up), odd);
            FloatVector b1 = a.rearrange(down).blend(b, odd);
            FloatVector c1 = c.blend(d.rearrange(up), odd);
            FloatVector d1 = c.rearrange(down).blend(d, odd);
            a1.blend(c1.rearrange(up2), odd2).intoArray(lanes, i);
            b1.blend(d1.rearrange(up2), odd2).intoArray(lanes, i + step);
            a1.rearrange(down2).blend(c1, odd2).intoArray(lanes, i + 2 * step);
            b1.rearrange(down2).blend(d1, odd2).intoArray(lanes, i + 3 * step);
        }
    }

    /** Vector i and vector i + distance exchange the lanes that are not on their own side of the diagonal of 2 by 2 blocks. */
    private static void exchange(float[] lanes, int at, int distance, VectorShuffle<Float> up, VectorShuffle<Float> down,
            VectorMask<Float> odd) {
        for (int pair = 0; pair < WIDTH / 2; pair++) {
            int i = at + (pair / distance * 2 * distance + pair % distance) * WIDTH;
            int j = i + distance * WIDTH;
            FloatVector a = FloatVector.fromArray(LANES, lanes, i);
            FloatVector b = FloatVector.fromArray(LANES, lanes, j);
            a.blend(b.rearrange(up), odd).intoArray(lanes, i);
            a.rearrange(down).blend(b, odd).intoArray(lanes, j);
        }
    }
}
