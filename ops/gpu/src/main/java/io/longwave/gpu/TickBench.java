package io.longwave.gpu;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.SelectiveStep;
import io.longwave.ssm.s4d.S4dFamily;
import io.longwave.ssm.sequence.SequenceConfig;
import io.longwave.ssm.sequence.SequenceConfig.Norm;
import io.longwave.ssm.sequence.SequenceNetwork;
import io.longwave.ssm.sequence.SequenceNetworkRecurrence;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.tensor.Tensor;
import tools.jackson.databind.node.ObjectNode;

/**
 * What does a sample of each of many series cost? A tick of an S4D network call by call, recorded and replayed, and replayed with the samples coming
 * from the host and the outputs going there; and single steps. The floor of a tick is its states read and written over the speed of a copy, that of
 * a step all that it reads and writes.
 */
final class TickBench {
    private static final int SERIES = 100_000;
    private static final int LAYERS = 4;
    private static final int CHANNELS = 64;
    /** Complex modes of a channel. */
    private static final int MODES = 8;
    /** Of a selective layer of as many channels. */
    private static final int INNER = 2 * CHANNELS;
    private static final int STATES = 16;
    private static final int LENGTH = 336;

    private final Kernels kernels;
    private final Stopwatch stopwatch;
    private final double bandwidth;
    private final int series;

    /**
     * @param bandwidth bytes that a copy reads and writes in a microsecond
     * @param divisor of the series
     */
    TickBench(Kernels kernels, double bandwidth, int divisor) {
        this.kernels = kernels;
        this.stopwatch = new Stopwatch(kernels);
        this.bandwidth = bandwidth;
        this.series = Math.max(1, SERIES / divisor);
    }

    void run(ObjectNode root) {
        System.out.printf(Locale.ROOT, "Streaming tick: %d series, %d layers of %d channels of %d complex modes%n", series, LAYERS,
                CHANNELS,
                MODES);
        System.out.println("| what | us | floor, us | times the floor |");
        System.out.println("|---|---|---|---|");
        ObjectNode tick = root.putObject("tick").put("series", series).put("layers", LAYERS).put("channels", CHANNELS).put("modes", MODES);
        tick(tick);
        ObjectNode steps = root.putObject("steps").put("series", series);
        diagonal(steps);
        selective(steps);
        linear(steps);
        mixing(steps);
    }

    private void row(ObjectNode results, String name, double bytes, Runnable work) {
        double time = stopwatch.sustained(work);
        double floor = bytes / bandwidth;
        System.out.printf(Locale.ROOT, "| %s | %.1f | %.1f | %.2f |%n", name, time, floor, time / floor);
        results.putObject(name).put("microseconds", time).put("floorMicroseconds", floor);
    }

    private void tick(ObjectNode results) {
        S4dFamily family = new S4dFamily();
        SequenceConfig config = new SequenceConfig(1, 1, CHANNELS, LAYERS, Norm.LAYER, true, 0, false);
        SequenceNetworkRecurrence network = new SequenceNetwork(new ParameterSet(kernels), "", family,
                family.defaultConfig(LENGTH).put("stateSize", 2 * MODES), config, LENGTH, new SplittableRandom(1)).recurrence()
                .orElseThrow();
        double bytes = 2.0 * Float.BYTES * network.stateSize() * series;
        results.put("stateBytes", bytes / 2);
        float[] u = new float[series];
        Arrays.fill(u, 0.5f);
        float[] y = new float[CHANNELS * series];
        try (SequenceNetworkRecurrence.Cohort cohort = network.start(series)) {
            kernels.upload(u, cohort.input());
            row(results, "call by call", bytes, cohort::advanceCallByCall);
            row(results, "replayed", bytes, cohort::advance);
            row(results, "replayed, with samples and outputs", bytes, () -> cohort.step(u, y));
        }
    }

    private Tensor filled(int... dims) {
        Tensor tensor = kernels.zeros(dims);
        kernels.fill(tensor, 0.5);
        return tensor;
    }

    private static float[] numbers(int size, double value) {
        float[] values = new float[size];
        Arrays.fill(values, (float) value);
        return values;
    }

    private void diagonal(ObjectNode results) {
        int size = CHANNELS * MODES;
        DiagonalStep.Modes modes = new DiagonalStep.Modes(CHANNELS, MODES, numbers(size, 0.9), numbers(size, 0.3), numbers(size, 1),
                numbers(size, 0.1), numbers(size, 0.2), numbers(size, -0.2), numbers(CHANNELS, 1));
        Tensor state = filled(modes.stateSize(), series);
        Tensor u = filled(CHANNELS, series);
        Tensor y = filled(CHANNELS, series);
        double bytes = (2.0 * modes.stateSize() + 2.0 * CHANNELS) * Float.BYTES * series;
        row(results, "diagonal step", bytes, () -> kernels.diagonalStep().step(modes, state, u, y, series));
    }

    private void selective(ObjectNode results) {
        SelectiveStep.System system = new SelectiveStep.System(INNER, STATES, 1, numbers(INNER * STATES, -1), numbers(INNER, 0.1),
                numbers(INNER, 1), false);
        Tensor state = filled(system.stateSize(), series);
        Tensor u = filled(INNER, series);
        Tensor delta = filled(INNER, series);
        Tensor z = filled(INNER, series);
        Tensor y = filled(INNER, series);
        Tensor b = filled(STATES, series);
        Tensor c = filled(STATES, series);
        double bytes = (2.0 * system.stateSize() + 4.0 * INNER + 2.0 * STATES) * Float.BYTES * series;
        row(results, "selective step", bytes, () -> kernels.selectiveStep().step(system, state, u, delta, b, c, z, y, series));
    }

    private void linear(ObjectNode results) {
        Tensor weight = filled(2 * CHANNELS, CHANNELS);
        Tensor bias = filled(2 * CHANNELS);
        Tensor x = filled(CHANNELS, series);
        Tensor y = filled(2 * CHANNELS, series);
        double bytes = 3.0 * CHANNELS * Float.BYTES * series;
        row(results, "linear layer", bytes, () -> kernels.seriesLinear().apply(weight, bias, x, y, series));
    }

    /** What passes between its parts where they are calls of their own is no part of the floor. */
    private void mixing(ObjectNode results) {
        Tensor weight = filled(2 * CHANNELS, CHANNELS);
        Tensor bias = filled(2 * CHANNELS);
        Tensor x = filled(CHANNELS, series);
        Tensor between = filled(2 * CHANNELS, series);
        Tensor y = filled(CHANNELS, series);
        double bytes = 3.0 * CHANNELS * Float.BYTES * series;
        row(results, "mixing", bytes, () -> kernels.seriesMixing().add(weight, bias, x, between, y, series));
    }
}
