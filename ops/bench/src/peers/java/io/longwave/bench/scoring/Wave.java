package io.longwave.bench.scoring;

import java.util.SplittableRandom;

/** An endless series: a daily wave of samples a minute apart, noise, and one sample in a thousand that jumps. The same every time. */
final class Wave {
    private static final long MINUTE = 60_000_000_000L;
    private static final int DAY = 1440;
    private static final long START = 1_772_323_200_000_000_000L; // 2026-03-01T00:00:00Z

    private final SplittableRandom random = new SplittableRandom(20_261_127);
    private final double[] day = new double[DAY];
    private long at = -1;
    private double value;

    Wave() {
        for (int i = 0; i < DAY; i++) {
            day[i] = 50 + 20 * Math.sin(2 * Math.PI * i / DAY) + 5 * Math.sin(2 * Math.PI * i / 60);
        }
    }

    /** Moves to the next sample. */
    void next() {
        at++;
        value = day[(int) (at % DAY)] + random.nextDouble(-1, 1) + (jumps() ? 30 : 0);
    }

    private boolean jumps() {
        return at % 1009 == 1008;
    }

    long time() {
        return START + at * MINUTE;
    }

    double value() {
        return value;
    }

    /** Whether the present sample is one of those that jump. */
    boolean jumped() {
        return jumps();
    }
}
