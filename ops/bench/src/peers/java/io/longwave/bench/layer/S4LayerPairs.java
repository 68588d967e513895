package io.longwave.bench.layer;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.longwave.bench.layer.LongwaveLayer.Sizes;
import io.longwave.ssm.s4.S4Family;
import io.longwave.ssm.s4d.S4dFamily;
import io.longwave.ssm.sequence.LayerFamily;

/**
 * How many times faster than libtorch are forward and backward pass of an S4D and an S4 layer? Both take turns in one process, so that what
 * else the machine does meets both alike; the median of the ratios of neighbours in time is reported with the range of their middle half.
 * One thread each, processor time of the process.
 */
public final class S4LayerPairs {
    private static final int ROUNDS = Integer.getInteger("rounds", 15);
    private static final int WARMUP = Integer.getInteger("warmup", 8);

    private S4LayerPairs() {}

    public static void main(String[] args) {
        int length = Integer.getInteger("length", 4096);
        int batch = Integer.getInteger("batch", 16);
        System.out.println("| layer | H x B x L | longwave ms | libtorch ms | libtorch / longwave |");
        System.out.println("|---|---|---|---|---|");
        for (boolean lowRank : new boolean[]{false, true}) {
            LayerFamily family = lowRank ? new S4Family() : new S4dFamily();
            LongwaveLayer ours = new LongwaveLayer(family, new Sizes(64, batch, length), 1);
            try (LibtorchLayer peer = new LibtorchLayer(ours, lowRank)) {
                measure(family.name(), List.of(ours, peer), ours.sizes());
            }
        }
    }

    private static void measure(String name, List<LayerStep> layers, Sizes sizes) {
        ours(layers).step();
        peer(layers).step();
        requireAgreement("y", ours(layers).output(), peer(layers).output());
        requireAgreement("gradient of C", ours(layers).gradientOfC(), peer(layers).gradientOfC());
        for (int i = 0; i < WARMUP; i++) {
            layers.forEach(LayerStep::step);
        }
        double[] ratios = new double[ROUNDS];
        double[][] millis = new double[2][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < 2; i++) {
                long start = processorTime();
                layers.get(i).step();
                millis[i][round] = (processorTime() - start) / 1e6;
            }
            ratios[round] = millis[1][round] / millis[0][round];
        }
        System.out.printf(Locale.ROOT, "| %s | %d x %d x %d | %.0f | %.0f | **%.1f** (%.1f to %.1f) |%n", name, sizes.channels(),
                sizes.batch(), sizes.length(), quantile(millis[0], 0.5), quantile(millis[1], 0.5), quantile(ratios, 0.5),
                quantile(ratios, 0.25), quantile(ratios, 0.75));
    }

    private static LayerStep ours(List<LayerStep> layers) {
        return layers.getFirst();
    }

    private static LayerStep peer(List<LayerStep> layers) {
        return layers.getLast();
    }

    private static long processorTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static void requireAgreement(String what, float[] ours, float[] theirs) {
        double largest = 0;
        double error = 0;
        for (int i = 0; i < ours.length; i++) {
            largest = Math.max(largest, Math.abs(ours[i]));
            error = Math.max(error, Math.abs(ours[i] - theirs[i]));
        }
        if (!(error < 2e-3 * largest)) { // libtorch multiplies phases of thousands of radians in float32
            throw new IllegalStateException(what + ": libtorch computes something else, off by " + error + " of " + largest);
        }
        System.err.printf(Locale.ROOT, "%s agrees to %.1e of its largest%n", what, error / largest);
    }

    private static double quantile(double[] values, double q) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(q * (sorted.length - 1))];
    }
}
