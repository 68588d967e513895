package io.longwave.ssm.conformal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Half-widths of forecast bands at any horizon, from quantiles of the absolute error at a few anchor horizons. Between anchors they are interpolated in
 * the logarithm of the horizon; an anchor of which nothing is known yet is wider than the one before by as much as a random walk is. A band never gets
 * narrower further ahead.
 */
public final class HorizonBands {
    /** Forecasts that are remembered, about. */
    private static final double MEMORY = 400;

    private final Anchors anchors;
    private final int[] judged;
    private final QuantileLadder[] errors;

    /** Anchor horizons; immutable, one for all series of a model. */
    public static final class Anchors {
        private static final int FURTHEST = 1024;

        private final int[] steps;
        // of each anchor's distance to the one before: its logarithm, and the growth of a random walk over it
        private final double[] logRatio;
        private final double[] randomWalk;
        private final int[] cycles;

        /** @param steps ascending, the first of them 1, at least two */
        public Anchors(int... steps) {
            this.steps = steps.clone();
            this.logRatio = new double[steps.length];
            this.randomWalk = new double[steps.length];
            this.cycles = IntStream.of(steps).map(Anchors::primeAbove).toArray();
            if (steps.length < 2 || steps[0] != 1) {
                throw new IllegalArgumentException("anchor horizons: expected two or more from 1 on but was " + Arrays.toString(steps));
            }
            for (int i = 1; i < steps.length; i++) {
                double ratio = steps[i] / (double) steps[i - 1];
                if (!(ratio > 1)) {
                    throw new IllegalArgumentException("anchor horizons: expected them ascending but was " + Arrays.toString(steps));
                }
                logRatio[i] = StrictMath.log(ratio);
                randomWalk[i] = Math.sqrt(ratio);
            }
        }

        private static int primeAbove(int steps) {
            return IntStream.iterate(steps + 1, n -> n + 1)
                    .filter(n -> IntStream.rangeClosed(2, (int) Math.sqrt(n)).allMatch(d -> n % d != 0))
                    .findFirst().orElseThrow();
        }

        /** Powers of four up to a horizon of H steps, H itself, because errors change their ways there, and one beyond it unless that is far. */
        public static Anchors within(int horizon) {
            IntStream within = IntStream.iterate(1, step -> step < horizon, step -> 4 * step);
            IntStream last = IntStream.of(horizon, 4 * horizon).filter(step -> step == horizon || step <= FURTHEST);
            return new Anchors(IntStream.concat(IntStream.of(1), IntStream.concat(within, last)).distinct().toArray());
        }

        public int count() {
            return steps.length;
        }

        /** Steps ahead of the anchor with this index. */
        public int steps(int anchor) {
            return steps[anchor];
        }

        /** Where a horizon lies among the anchors, which lie at 0, 1, 2 and so on. */
        public double position(int horizon) {
            int left = 0;
            while (left < steps.length - 1 && steps[left + 1] <= horizon) {
                left++;
            }
            if (steps[left] == horizon) {
                return left;
            }
            return left + StrictMath.log(horizon / (double) steps[left]) / logRatio[Math.min(left + 1, steps.length - 1)];
        }

        /**
         * Whether a forecast of an anchor is to be issued at this tick: one in as many ticks as the smallest prime above its steps, so that one is in flight at a time. Issued every so many
         * ticks as they reach ahead, or one more, all forecasts of a series with a period of as many samples would begin in the same phase.
         */
        public boolean isIssued(int anchor, long tick) {
            return tick % cycles[anchor] == 0;
        }

        /** Whether the forecast of an anchor that was issued last comes due at this tick. */
        public boolean isDue(int anchor, long tick) {
            return tick % cycles[anchor] == steps[anchor];
        }

        /** Bytes that {@link HorizonBands#write} puts. */
        public int bytes() {
            return steps.length * (4 + QuantileLadder.BYTES);
        }
    }

    public HorizonBands(Anchors anchors) {
        this.anchors = anchors;
        this.judged = new int[anchors.count()];
        this.errors = new QuantileLadder[anchors.count()];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = new QuantileLadder();
        }
    }

    private HorizonBands(HorizonBands other) {
        anchors = other.anchors;
        judged = other.judged.clone();
        errors = new QuantileLadder[other.errors.length];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = other.errors[i].copy();
        }
    }

    public HorizonBands copy() {
        return new HorizonBands(this);
    }

    /** Forecasts of this anchor that came due. */
    public int judged(int anchor) {
        return judged[anchor];
    }

    /** Learns from a forecast of this anchor that came due. */
    public void observe(int anchor, double absoluteError) {
        if (judged[anchor] == 0) {
            errors[anchor].start(Math.max(absoluteError, 0x1p-20));
        }
        errors[anchor].observe(absoluteError, MEMORY);
        if (judged[anchor] < Integer.MAX_VALUE) {
            judged[anchor]++;
        }
    }

    /**
     * Half-width of the band of this level.
     *
     * @param oneStep half-width one step ahead
     */
    public double halfWidth(int horizon, double level, double oneStep) {
        double position = anchors.position(horizon);
        int top = anchors.count() - 1;
        int left = Math.min((int) position, top);
        double atLeft = halfWidthAt(left, level, oneStep);
        if (left == top) {
            // beyond the last anchor errors go on growing as they did before it, at most like those of a random walk
            double before = halfWidthAt(left - 1, level, oneStep);
            double growth = Math.min(anchors.randomWalk[top], Math.max(1, atLeft / Math.max(before, Double.MIN_NORMAL)));
            return atLeft * StrictMath.exp(StrictMath.log(growth) * (position - left));
        }
        double weight = position - left;
        return weight == 0 ? atLeft : Math.fma(weight, halfWidthAt(left + 1, level, oneStep) - atLeft, atLeft);
    }

    private double halfWidthAt(int anchor, double level, double oneStep) {
        if (anchor == 0) {
            return oneStep;
        }
        double before = halfWidthAt(anchor - 1, level, oneStep);
        // until a few forecasts of this anchor came due
        double guess = anchors.randomWalk[anchor] * before;
        if (judged[anchor] == 0) {
            return guess;
        }
        double trust = judged[anchor] / (judged[anchor] + 3.0);
        double learned = errors[anchor].quantile(level);
        return Math.max(before, Math.fma(trust, learned - guess, guess));
    }

    /** Follows a change of unit. */
    public void rescale(double factor) {
        for (QuantileLadder ladder : errors) {
            ladder.rescale(factor);
        }
    }

    public void write(ByteBuffer out) {
        for (int value : judged) {
            out.putInt(value);
        }
        for (QuantileLadder ladder : errors) {
            ladder.write(out);
        }
    }

    public void read(ByteBuffer in) {
        for (int i = 0; i < judged.length; i++) {
            judged[i] = in.getInt();
        }
        for (QuantileLadder ladder : errors) {
            ladder.read(in);
        }
    }
}
