package io.longwave.ssm.conformal;

import java.nio.ByteBuffer;

/** Quantiles of a few fixed levels of a stream of nonnegative residuals, adapted with forgetting. 28 bytes of state. */
public final class QuantileLadder {
    /** Tracked levels, ascending. */
    static final double[] LEVELS = {0.5, 0.8, 0.9, 0.95, 0.99, 0.998};
    /** Bytes {@link #write} puts. */
    public static final int BYTES = 4 + 4 * LEVELS.length;

    // -ln(1 - p): the quantiles of a unit exponential distribution, which is the first guess and the scale on which levels are interpolated
    private static final double[] EXPONENTIAL = {0.6931471805599453, 1.6094379124341003, 2.302585092994046, 2.995732273553991,
            4.605170185988091, 6.214608098422191};
    // For an exponential tail the density of log(residual) at a quantile is (1 - p) EXPONENTIAL: steps of its inverse make every level forget at the
    // same pace.
    private static final double[] PACE = new double[LEVELS.length];

    static {
        for (int i = 0; i < PACE.length; i++) {
            PACE[i] = 1 / ((1 - LEVELS[i]) * EXPONENTIAL[i]);
        }
    }

    private static final float SMALLEST = 0x1p-60f;
    private static final float LARGEST = 0x1p60f;

    private final float[] quantiles = new float[LEVELS.length];
    private int count;

    /** Quantiles of a residual with mean 1 and an exponential distribution, until it learns better. */
    public QuantileLadder() {
        start(1);
    }

    private QuantileLadder(QuantileLadder other) {
        System.arraycopy(other.quantiles, 0, quantiles, 0, quantiles.length);
        count = other.count;
    }

    /** Forgets everything; the first guess is an exponential distribution with this mean. */
    public void start(double mean) {
        for (int i = 0; i < quantiles.length; i++) {
            quantiles[i] = bounded(mean * EXPONENTIAL[i]);
        }
        count = 0;
    }

    /** Residuals seen, counted up to {@link Integer#MAX_VALUE}. */
    public int count() {
        return count;
    }

    /**
     * Moves every quantile towards the residual.
     *
     * @param residual not negative
     * @param memory residuals that are remembered, about; fewer while fewer were seen
     */
    public void observe(double residual, double memory) {
        double effective = Math.min(memory, 4 + 0.5 * count);
        for (int i = 0; i < quantiles.length; i++) {
            double miss = 1 - LEVELS[i];
            double eta = Math.min(0.7, PACE[i] / effective);
            double move = residual > quantiles[i] ? 1 + eta * (1 - miss) : 1 - eta * miss;
            quantiles[i] = bounded(quantiles[i] * move);
        }
        for (int i = 1; i < quantiles.length; i++) {
            if (quantiles[i] < quantiles[i - 1]) {
                quantiles[i] = quantiles[i - 1];
            }
        }
        if (count < Integer.MAX_VALUE) {
            count++;
        }
    }

    /**
     * Residual that is exceeded with probability 1 - level: linear between tracked quantiles on the scale -ln(1 - level), beyond them along the
     * last piece.
     *
     * @param level in (0, 1)
     */
    public double quantile(double level) {
        double x = -StrictMath.log(1 - level);
        if (x <= EXPONENTIAL[0]) {
            return quantiles[0] * (x / EXPONENTIAL[0]);
        }
        int i = 1;
        while (i < EXPONENTIAL.length - 1 && x > EXPONENTIAL[i]) {
            i++;
        }
        double weight = (x - EXPONENTIAL[i - 1]) / (EXPONENTIAL[i] - EXPONENTIAL[i - 1]);
        return Math.fma(weight, quantiles[i] - quantiles[i - 1], quantiles[i - 1]);
    }

    /** Probability of a residual above this one, for residuals up to the quantile of level {@code LEVELS[top]}. */
    double bodyTailProbability(double residual, int top) {
        double below = 0;
        double belowX = 0;
        for (int i = 0; i <= top; i++) {
            if (residual <= quantiles[i]) {
                double width = quantiles[i] - below;
                double weight = width > 0 ? (residual - below) / width : 1;
                return StrictMath.exp(-(belowX + weight * (EXPONENTIAL[i] - belowX)));
            }
            below = quantiles[i];
            belowX = EXPONENTIAL[i];
        }
        return 1 - LEVELS[top];
    }

    /** The tracked quantile with this index. */
    double tracked(int index) {
        return quantiles[index];
    }

    /** Follows a change of unit: residuals from now on are {@code factor} times as large for the same deviation. */
    public void rescale(double factor) {
        for (int i = 0; i < quantiles.length; i++) {
            quantiles[i] = bounded(quantiles[i] * factor);
        }
    }

    public QuantileLadder copy() {
        return new QuantileLadder(this);
    }

    public void write(ByteBuffer out) {
        out.putInt(count);
        for (float quantile : quantiles) {
            out.putFloat(quantile);
        }
    }

    public void read(ByteBuffer in) {
        count = in.getInt();
        for (int i = 0; i < quantiles.length; i++) {
            quantiles[i] = in.getFloat();
        }
    }

    // Bounds keep the step multiplicative: a quantile that reached zero or infinity could never leave it.
    private static float bounded(double quantile) {
        return (float) Math.min(LARGEST, Math.max(SMALLEST, quantile));
    }
}
