package io.longwave.bench.chimera;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

import com.sun.management.OperatingSystemMXBean;

import io.longwave.kernel.simd.SimdKernels;

/**
 * How many times the processor time of our layer does the same layer take with operations of libtorch, forwards and backwards? One thread each, in turns in
 * one process; a ratio is of two neighbours in time, and the median of the ratios is reported with their middle half. Start with
 * {@code -Dai.djl.pytorch.num_threads=1 -Dai.djl.pytorch.num_interop_threads=1} and OMP_NUM_THREADS=1.
 */
public final class ChimeraLayerPairs {
    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int ROUNDS = Integer.getInteger("rounds", 9);

    private ChimeraLayerPairs() {}

    public static void main(String[] args) {
        LayerProblem problem = LayerProblem.random(16, 7, 96, 32, 16);
        LongwaveLayer ours = new LongwaveLayer(new SimdKernels(1), problem);
        try (LibtorchLayer libtorch = new LibtorchLayer(problem)) {
            for (int i = 0; i < 20; i++) {
                ours.forwardAndBackward();
            }
            requireAgreement("gradient of a1", ours.gradient("up.a1"), libtorch.forwardAndBackward("up.a1"));
            requireAgreement("gradient of step2", ours.gradient("down.step2"), libtorch.forwardAndBackward("down.step2"));
            requireAgreement("y", ours.y(), libtorch.y());
            double[] ratios = new double[ROUNDS];
            double[] own = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                own[i] = millis(ours::forwardAndBackward, 5);
                ratios[i] = millis(libtorch::forwardAndBackward, 1) / own[i];
            }
            Arrays.sort(own);
            Arrays.sort(ratios);
            System.out.printf(Locale.ROOT, "longwave %.0f ms of processor time, libtorch / longwave %.1f (%.1f to %.1f)%n", own[ROUNDS / 2],
                    ratios[ROUNDS / 2], ratios[ROUNDS / 4], ratios[ROUNDS - 1 - ROUNDS / 4]);
        }
    }

    private static double millis(Runnable work, int times) {
        long start = SYSTEM.getProcessCpuTime();
        for (int i = 0; i < times; i++) {
            work.run();
        }
        return (SYSTEM.getProcessCpuTime() - start) / 1e6 / times;
    }

    private static void requireAgreement(String what, float[] expected, float[] found) {
        double largest = 0;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(expected[i] - found[i]));
        }
        System.out.printf(Locale.ROOT, "%s differs by %.1e of %.1e%n", what, error, largest);
        if (!(error < 1e-4 * largest)) {
            throw new IllegalStateException(what + " is something else: differs by " + error + " of " + largest);
        }
    }
}
