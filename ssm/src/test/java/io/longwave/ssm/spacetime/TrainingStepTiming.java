package io.longwave.ssm.spacetime;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;

import com.sun.management.OperatingSystemMXBean;

import io.longwave.backend.Backends;
import io.longwave.kernel.Kernels;
import io.longwave.train.TrainableModel.OptimizerStep;

/**
 * How long does one training step take? Default settings: one series, lag 336, horizon 720, batch 50, all three loss terms; prints the median
 * of 20 steps after a warm-up, and that of a forecast of the same batch. A program, not a test: other work on the machine is part of the number.
 */
final class TrainingStepTiming {
    private TrainingStepTiming() {}

    public static void main(String[] args) {
        int steps = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        int batch = 50;
        Kernels kernels = Backends.onFirstUse().get();
        SpaceTimeConfig config = SpaceTimeConfig.defaults(1, 336, 720);
        SpaceTimeForecaster forecaster = new SpaceTimeForecaster(kernels, config);
        SplittableRandom random = new SplittableRandom(1);
        float[] windows = new float[batch * (336 + 720)];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = (float) (Math.sin(i * 2 * Math.PI / 24) + 0.1 * random.nextGaussian());
        }
        double[] seconds = new double[steps];
        long used = 0;
        for (int i = -15; i < steps; i++) {
            if (i == 0) {
                used = processorTime();
            }
            long start = System.nanoTime();
            double loss = forecaster.trainStep(windows, batch, new OptimizerStep(1e-3, 1e-4));
            if (i >= 0) {
                seconds[i] = (System.nanoTime() - start) * 1e-9;
            } else {
                System.out.printf("warm-up: loss %.4f, %.3f s%n", loss, (System.nanoTime() - start) * 1e-9);
            }
        }
        report("training step", seconds);
        System.out.printf("processor time per step: %.4f s%n", (processorTime() - used) * 1e-9 / steps);
        float[] lags = Arrays.copyOf(windows, batch * 336);
        float[] out = new float[batch * 720];
        for (int i = -10; i < steps; i++) {
            long start = System.nanoTime();
            forecaster.forecast(lags, batch, out);
            if (i >= 0) {
                seconds[i] = (System.nanoTime() - start) * 1e-9;
            }
        }
        report("forecast of the batch", seconds);
    }

    /** Nanoseconds of all threads: what the step costs when the machine is shared. */
    private static long processorTime() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static void report(String what, double[] seconds) {
        Arrays.sort(seconds);
        System.out.printf("%s on %s: median %.4f s, best %.4f s, worst %.4f s of %d%n", what, Backends.choose("auto").explanation(),
                seconds[seconds.length / 2], seconds[0], seconds[seconds.length - 1], seconds.length);
    }
}
