package io.longwave.gpu;

import java.util.Arrays;

import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

/** Times what is queued on a device. */
final class Stopwatch {
    private static final int REPETITIONS = 7;
    private static final double MILLIS = 100;
    private static final double BRIEF_MILLIS = 5;
    private static final long REST_MILLIS = 300;

    /**
     * Microseconds of one run.
     *
     * @param rested in runs of about 40 ms after a rest, during which a card keeps its full clock
     * @param sustained in runs of most of a second, during which a card at its power limit slows down
     */
    record Times(double rested, double sustained) {}

    private final Kernels kernels;
    private final Tensor flag;
    private final float[] answer = new float[1];

    Stopwatch(Kernels kernels) {
        this.kernels = kernels;
        this.flag = kernels.zeros(1);
    }

    /** A download waits for all work before it. */
    private void await() {
        kernels.download(flag, answer);
    }

    Times times(Runnable run) throws InterruptedException {
        run.run();
        await();
        Thread.sleep(REST_MILLIS);
        return new Times(microseconds(run, BRIEF_MILLIS), sustained(run));
    }

    /** Microseconds of one run in runs of most of a second. */
    double sustained(Runnable run) {
        return microseconds(run, MILLIS);
    }

    /**
     * Microseconds of one run: the median of {@value #REPETITIONS} timings of as many runs in a row as take about {@code millis}, after as many to
     * warm up. What it costs to wait is a part of it, and small when the runs in a row take long.
     */
    private double microseconds(Runnable run, double millis) {
        run.run();
        await();
        long start = System.nanoTime();
        run.run();
        await();
        double once = Math.max(1e-3, (System.nanoTime() - start) / 1e6);
        int runs = (int) Math.clamp(millis / once, 1, 10_000);
        double[] times = new double[REPETITIONS];
        for (int r = -1; r < REPETITIONS; r++) {
            start = System.nanoTime();
            for (int i = 0; i < runs; i++) {
                run.run();
            }
            await();
            if (r >= 0) {
                times[r] = (System.nanoTime() - start) / 1e3 / runs;
            }
        }
        Arrays.sort(times);
        return times[REPETITIONS / 2];
    }
}
