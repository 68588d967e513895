package io.longwave.gpu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.s4d.S4dFamily;
import io.longwave.ssm.sequence.SequenceModelFamily;
import io.longwave.ssm.spacetime.SpaceTimeFamily;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.TrainableModel.OptimizerStep;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.classify.TrainableClassifier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Trains a SpaceTime forecaster of the sizes of ETTh1 and an S4D classifier of the sizes of raw audio on the device and on the processor, from one
 * seed and on one sequence of batches: the losses must run together, and the device be faster. Exit code 1 if a loss strays.
 */
public final class RunTrain {
    private static final int LAG = 336;
    private static final int HORIZON = 720;
    private static final int WINDOWS = 50;
    private static final int SAMPLES = 8000;
    private static final int RECORDINGS = 16;
    private static final int CLASSES = 10;
    private static final OptimizerStep STEP = new OptimizerStep(1e-3, 1e-4);
    /** Rounding grows from step to step; the two are the same maths in another order of sums. */
    private static final double FIRST_LOSS_BOUND = 1e-4;
    private static final double CURVE_BOUND = 2e-2;
    private static final long SETTLED_NANOS = 2_000_000_000L;

    private RunTrain() {}

    /** @param args the report's file, steps to compare (30), samples of a recording (8000) */
    public static void main(String[] args) throws IOException {
        Device device = Device.openOrExit();
        int steps = args.length > 1 ? Integer.parseInt(args[1]) : 30;
        int samples = args.length > 2 ? Integer.parseInt(args[2]) : SAMPLES;
        Report report = new Report("run-train " + steps + " " + samples, device, Path.of(args[0]));
        System.out.println(device.description());
        SimdKernels processor = new SimdKernels(Math.min(2, Runtime.getRuntime().availableProcessors()));
        boolean fine = compare("spacetime", steps, spaceTime(device.kernels()), spaceTime(processor), report.root());
        fine &= compare("s4d", steps, s4d(device.kernels(), samples), s4d(processor, samples), report.root());
        report.write(System.out);
        System.exit(fine ? 0 : 1);
    }

    /** Waves of one day with noise. */
    private static IntToDoubleFunction spaceTime(Kernels kernels) {
        ForecasterFamily family = new SpaceTimeFamily(() -> kernels);
        TrainableForecaster model = family.create(family.defaultConfig(LAG, HORIZON, 1), 0);
        SplittableRandom random = new SplittableRandom(1);
        float[] windows = new float[WINDOWS * (LAG + HORIZON)];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = (float) (Math.sin(i * 2 * Math.PI / 24) + 0.1 * random.nextGaussian());
        }
        return _ -> model.trainStep(windows, WINDOWS, STEP);
    }

    /** Tones of ten heights in noise. */
    private static IntToDoubleFunction s4d(Kernels kernels, int samples) {
        ClassifierFamily family = new SequenceModelFamily(new S4dFamily(), () -> kernels).classifiers();
        TrainableClassifier model = family.create(family.defaultConfig(samples, 1, CLASSES), 0);
        SplittableRandom random = new SplittableRandom(2);
        float[] recordings = new float[RECORDINGS * samples];
        int[] labels = new int[RECORDINGS];
        int[] lengths = new int[RECORDINGS];
        Arrays.fill(lengths, samples);
        for (int r = 0; r < RECORDINGS; r++) {
            labels[r] = r % CLASSES;
            for (int i = 0; i < samples; i++) {
                recordings[r * samples + i] = (float) (Math.sin(i * 0.01 * (1 + labels[r])) + 0.1 * random.nextGaussian());
            }
        }
        return _ -> model.trainStep(recordings, lengths, labels, RECORDINGS, samples, STEP);
    }

    private static boolean compare(String name, int steps, IntToDoubleFunction onDevice, IntToDoubleFunction onProcessor, ObjectNode root) {
        double[] deviceLosses = new double[steps];
        double[] processorLosses = new double[steps];
        double deviceMillis = run(onDevice, deviceLosses);
        double processorMillis = run(onProcessor, processorLosses);
        double worst = 0;
        for (int i = 0; i < steps; i++) {
            worst = Math.max(worst, strays(deviceLosses[i], processorLosses[i]));
        }
        double first = strays(deviceLosses[0], processorLosses[0]);
        boolean together = first <= FIRST_LOSS_BOUND && worst <= CURVE_BOUND;
        System.out.printf(Locale.ROOT,
                "%s: %.2f ms a step on the device, %.2f on the processor, %.1f times as fast; losses %s (first %.1e, worst %.1e)%n",
                name, deviceMillis, processorMillis, processorMillis / deviceMillis, together ? "run together" : "STRAY", first, worst);
        ObjectNode result = root.putObject(name).put("deviceMillis", deviceMillis).put("processorMillis", processorMillis)
                .put("together", together).put("worstDifference", worst);
        put(result.putArray("deviceLosses"), deviceLosses);
        put(result.putArray("processorLosses"), processorLosses);
        return together;
    }

    private static double strays(double found, double expected) {
        double difference = Math.abs(found - expected) / Math.max(1e-3, Math.abs(expected));
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    /**
     * Milliseconds of a step, the median of the second half. Both sides go on after the steps whose losses are compared until the JIT has compiled
     * what they run: thirty steps of a millisecond are over before that.
     */
    private static double run(IntToDoubleFunction step, double[] losses) {
        List<Double> times = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < losses.length || System.nanoTime() - begin < SETTLED_NANOS; i++) {
            long start = System.nanoTime();
            double loss = step.applyAsDouble(i);
            times.add((System.nanoTime() - start) / 1e6);
            if (i < losses.length) {
                losses[i] = loss;
            }
        }
        double[] settled = times.subList(times.size() / 2, times.size()).stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return settled[settled.length / 2];
    }

    private static void put(ArrayNode array, double[] values) {
        for (double value : values) {
            array.add(value);
        }
    }
}
