package io.longwave.gpu;

import java.util.Arrays;

import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

/** Times what is queued on a device. */
final class Stopwatch {
    private static final int REPETITIONS = 7;
    private static final int BRIEF_REPETITIONS = 5;
    private static final double MICROS = 100_000;
    private static final double BRIEF_MICROS = 3_000;
    private static final long REST_MILLIS = 300;

    private final Kernels kernels;
    private final Tensor flag;
    private final float[] answer = new float[1];

    Stopwatch(Kernels kernels) {
        this.kernels = kernels;
        this.flag = kernels.zeros(1);
    }

    /**
     * Microseconds of one run.
     *
     * @param sustained in runs of most of a second, during which a card at its power limit slows down
     * @param rested in runs of about 45 ms after a rest, during which a card keeps its full clock
     */
    record Times(double sustained, double rested) {}

    Times times(Runnable run) throws InterruptedException {
        double sustained = sustained(run);
        Thread.sleep(REST_MILLIS);
        int runs = (int) Math.max(1, BRIEF_MICROS / sustained);
        double[] times = new double[BRIEF_REPETITIONS];
        for (int r = 0; r < times.length; r++) {
            times[r] = (elapsed(run, 2 * runs) - elapsed(run, runs)) / runs; // what it costs to wait is in both
        }
        return new Times(sustained, median(times));
    }

    /**
     * Microseconds of one run: the median of {@value #REPETITIONS} timings of as many runs in a row as take a tenth of a second, after as many to
     * warm up. What it costs to wait is a part of it, and small.
     */
    double sustained(Runnable run) {
        elapsed(run, 1);
        int runs = (int) Math.clamp(MICROS / elapsed(run, 1), 1, 10_000);
        elapsed(run, runs);
        double[] times = new double[REPETITIONS];
        for (int r = 0; r < times.length; r++) {
            times[r] = elapsed(run, runs) / runs;
        }
        return median(times);
    }

    /** Microseconds until so many runs in a row are done. */
    private double elapsed(Runnable run, int runs) {
        long start = System.nanoTime();
        for (int i = 0; i < runs; i++) {
            run.run();
        }
        kernels.download(flag, answer); // waits for all work before it
        return (System.nanoTime() - start) / 1e3;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
