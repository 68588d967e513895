package io.longwave.kernel.cuda;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;

/** What the steps of many series share: coefficients that stay on the device, and how blocks lie over series and channels. */
final class SeriesLaunches {
    private static final int MOST_THREADS = 256;
    private static final int WARP = 32;
    private static final int MOST_CHANNEL_BLOCKS = 65_535;

    private final Launcher launcher;

    SeriesLaunches(Launcher launcher) {
        this.launcher = launcher;
    }

    /** Coefficients that are brought over at the first call with a record and stay as long as it. */
    <K> Function<K, DeviceMemory> once(Function<K, float[]> coefficients) {
        Map<K, DeviceMemory> there = Collections.synchronizedMap(new WeakHashMap<>());
        return key -> there.computeIfAbsent(key, fresh -> {
            float[] values = coefficients.apply(fresh);
            DeviceMemory memory = launcher.scratch(values.length);
            launcher.device().upload(values, memory);
            return memory;
        });
    }

    /** Blocks over tiles of series, by channels; {@code perThread} series a thread. */
    static LaunchShape shape(int series, int perThread, int channels) {
        return shape(series, perThread, channels, MOST_THREADS);
    }

    /** The same with blocks of at most so many threads. */
    static LaunchShape shape(int series, int perThread, int channels, int mostThreads) {
        int threads = Math.min(mostThreads, Launcher.ceilDiv(Launcher.ceilDiv(series, perThread), WARP) * WARP);
        return LaunchShape.of(Launcher.ceilDiv(series, threads * perThread), threads).by(Math.min(channels, MOST_CHANNEL_BLOCKS));
    }
}
