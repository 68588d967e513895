package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.CausalConvolution.Extent;

/** Skip connections, one number for each channel: {@code channel_scale.cu}. */
record ChannelScale(Launcher launcher) {
    private static final int THREADS = 256;
    /** Numbers of a row of a channel that a block adds up: the cut depends on sizes alone. */
    private static final int SHARE = 1 << 14;

    private static int threads(long run) {
        return (int) Math.min(THREADS, Launcher.ceilDiv(Math.max(1, run), 32) * 32);
    }

    private static long run(Extent x) {
        return (long) x.batch() * x.length();
    }

    private int slices(int series, long run, int threads) {
        long wanted = Launcher.ceilDiv(launcher.properties().multiprocessors() * 16, Math.max(1, series));
        return (int) Math.min(Launcher.ceilDiv(run, threads), wanted);
    }

    /** y[j] += skip[j] u[series(j)]. */
    void add(Extent x, DeviceMemory u, DeviceMemory skip, DeviceMemory y) {
        long run = run(x);
        if (run == 0 || x.channels() == 0) {
            return;
        }
        int threads = threads(run);
        int slices = slices(x.channels(), run, threads);
        launcher.launch("channel_scale_add", LaunchShape.of(x.channels() * slices, threads), u, skip, y, x.variates(), run, slices);
    }

    /** du[v] += Σ skip[j] dy[j] over the channels of series v. */
    void addInputGradient(Extent x, DeviceMemory dy, DeviceMemory skip, DeviceMemory du) {
        long run = run(x);
        if (run == 0 || x.channels() == 0) {
            return;
        }
        int threads = threads(run);
        int slices = slices(x.variates(), run, threads);
        launcher.launch("channel_scale_input_gradient", LaunchShape.of(x.variates() * slices, threads), dy, skip, du, x.variates(),
                x.channels(), run, slices);
    }

    /** dskip[j] += Σ (output gate · dy)[j] (input gate · u)[series(j)]. */
    void gradient(Extent x, DeviceMemory u, @Nullable DeviceMemory inputGate, DeviceMemory dy, @Nullable DeviceMemory outputGate,
            DeviceMemory dSkip) {
        long run = run(x);
        if (run == 0 || x.channels() == 0) {
            return;
        }
        int parts = (int) Launcher.ceilDiv(run, SHARE);
        try (DeviceMemory sums = launcher.scratch((long) x.channels() * parts)) {
            launcher.launch("channel_scale_dots", LaunchShape.of(x.channels() * parts, threads(run)), u, inputGate, dy,
                    outputGate, sums, x.variates(), run, parts, SHARE);
            launcher.launchOver(x.channels(), "channel_scale_gradient", sums, dSkip, x.channels(), parts);
        }
    }
}
