package io.longwave.kernel.cuda;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;

/** Brings what steps of many series keep in arrays of the host to the device and back. */
final class SeriesTransfer {
    private static final int MOST_THREADS = 256;
    private static final int WARP = 32;
    private static final int MOST_CHANNEL_BLOCKS = 65_535;

    private final Launcher launcher;

    SeriesTransfer(Launcher launcher) {
        this.launcher = launcher;
    }

    /** A copy of a whole array, to be closed. */
    DeviceMemory in(float[] values) {
        DeviceMemory memory = launcher.scratch(values.length);
        launcher.device().upload(values, memory);
        return memory;
    }

    /**
     * Room for an array of which {@code written} numbers from the start will be written, to be closed. Only whole arrays come back, so what is not
     * written goes there first.
     */
    DeviceMemory out(float[] values, long written) {
        return written == values.length ? launcher.scratch(values.length) : in(values);
    }

    void back(DeviceMemory memory, float[] values) {
        launcher.device().download(memory, values);
    }

    /** Coefficients that are brought over once and stay as long as the record they come from. */
    static <K> Function<K, DeviceMemory> once(Function<K, DeviceMemory> bring) {
        Map<K, DeviceMemory> there = Collections.synchronizedMap(new WeakHashMap<>());
        return key -> there.computeIfAbsent(key, bring);
    }

    /** Blocks over tiles of series, by channels; {@code perThread} series a thread. */
    static LaunchShape shape(int series, int perThread, int channels) {
        int threads = Math.min(MOST_THREADS, Launcher.ceilDiv(Launcher.ceilDiv(series, perThread), WARP) * WARP);
        return LaunchShape.of(Launcher.ceilDiv(series, threads * perThread), threads).by(Math.min(channels, MOST_CHANNEL_BLOCKS));
    }
}
