package io.longwave.ssm.streaming;

import java.nio.ByteBuffer;

/**
 * Usual distance of samples: the median of the last {@value #KEPT} distances. Once found it stays until that median moves by more than an eighth, so
 * that jitter does not move the grid.
 */
public final class Cadence {
    static final int KEPT = 9;
    /** Bytes {@link #write} puts. */
    public static final int BYTES = 8 * KEPT + 8 + 4;

    private final long[] distances = new long[KEPT];
    private int seen;
    private long stepNanos;

    public Cadence copy() {
        Cadence copy = new Cadence();
        System.arraycopy(distances, 0, copy.distances, 0, KEPT);
        copy.seen = seen;
        copy.stepNanos = stepNanos;
        return copy;
    }

    /** Zero until two samples were seen. */
    public long stepNanos() {
        return stepNanos;
    }

    /** Takes the distance of the newest two samples; true if the usual distance changed. */
    public boolean observe(long distance) {
        int slot = seen % KEPT;
        long replaced = distances[slot];
        distances[slot] = distance;
        seen = seen == 2 * KEPT - 1 ? KEPT : seen + 1;
        if (distance == stepNanos && replaced == stepNanos) {
            return false;
        }
        long median = median(Math.min(seen, KEPT));
        if (stepNanos != 0 && seen >= KEPT && Math.abs(median - stepNanos) <= stepNanos / 8) {
            return false;
        }
        boolean changed = median != stepNanos;
        stepNanos = median;
        return changed;
    }

    /**
     * Steps between two neighbouring samples at which there was none, at most 2^20; nearer samples count as one step.
     *
     * @param distance of the two samples
     * @param usual distance of samples, 0 if not known
     */
    public static int missingSteps(long distance, long usual) {
        if (usual == 0) {
            return 0;
        }
        long steps = distance / usual + (distance % usual >= usual / 2 + 1 ? 1 : 0);
        return (int) Math.min(1 << 20, Math.max(0, steps - 1));
    }

    /**
     * Whether two neighbouring samples lie off the grid that is usual, by more than an eighth of its step.
     *
     * @param distance of the two samples, above 0
     * @param usual distance of samples, 0 if not known
     */
    public static boolean isIrregular(long distance, long usual) {
        if (distance == usual || usual == 0) {
            return false;
        }
        long rest = distance % usual;
        return distance < usual ? usual - distance > usual / 8 : Math.min(rest, usual - rest) > usual / 8;
    }

    // Lower median by counting: at most 81 comparisons, and no array to sort.
    private long median(int count) {
        int rank = (count - 1) / 2;
        for (int i = 0; i < count; i++) {
            int below = 0;
            int equal = 0;
            for (int j = 0; j < count; j++) {
                if (distances[j] < distances[i]) {
                    below++;
                } else if (distances[j] == distances[i]) {
                    equal++;
                }
            }
            if (below <= rank && rank < below + equal) {
                return distances[i];
            }
        }
        throw new IllegalStateException("no median among " + count + " distances");
    }

    public void write(ByteBuffer out) {
        for (long distance : distances) {
            out.putLong(distance);
        }
        out.putInt(seen).putLong(stepNanos);
    }

    public void read(ByteBuffer in) {
        for (int i = 0; i < KEPT; i++) {
            distances[i] = in.getLong();
        }
        seen = in.getInt();
        stepNanos = in.getLong();
    }
}
