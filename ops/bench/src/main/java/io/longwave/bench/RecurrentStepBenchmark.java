package io.longwave.bench;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.SelectiveStep;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.tensor.Tensor;

/**
 * Which part of the memory's speed does a step of many series reach? States of 32 KiB a series, 4096 series a thread: 128 MiB, read and written
 * once per step. {@link #copy} moves 64 MiB, so that it reads and writes 128 MiB. {@code -prof gc} shows that a step allocates nothing. Ratio:
 * bytes / time of a step over bytes / time of the copy.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
public class RecurrentStepBenchmark {
    private static final int SERIES = 4096;
    private static final int STATE = 8192;
    private static final int CHANNELS = 64;
    private static final int MODES = 64;
    private static final int INNER = 512;
    private static final int STATES = 16;

    private final Kernels kernels = new SimdKernels(1);
    private final float[] source = new float[SERIES * STATE / 2];
    private final float[] target = new float[SERIES * STATE / 2];
    private final Tensor state = tensor(SERIES * STATE, 2);
    private final Tensor u = tensor(INNER * SERIES, 3);
    private final Tensor delta = tensor(INNER * SERIES, 4);
    private final Tensor gate = tensor(INNER * SERIES, 5);
    private final Tensor b = tensor(STATES * SERIES, 6);
    private final Tensor c = tensor(STATES * SERIES, 7);
    private final Tensor y = kernels.zeros(INNER * SERIES);
    private final Tensor oneState = tensor(STATE, 8);
    private DiagonalStep.Modes modes = modes();
    private SelectiveStep.System system = system();

    private Tensor tensor(int size, long seed) {
        return kernels.of(numbers(size, seed), size);
    }

    private static float[] numbers(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    private static DiagonalStep.Modes modes() {
        int size = CHANNELS * MODES;
        float[] re = new float[size];
        float[] im = new float[size];
        for (int i = 0; i < size; i++) {
            re[i] = (float) (0.99 * Math.cos(i));
            im[i] = (float) (0.99 * Math.sin(i));
        }
        return new DiagonalStep.Modes(CHANNELS, MODES, re, im, numbers(size, 9), numbers(size, 10), numbers(size, 11), numbers(size, 12),
                numbers(CHANNELS, 13));
    }

    private static SelectiveStep.System system() {
        float[] a = new float[INNER * STATES];
        for (int i = 0; i < a.length; i++) {
            a[i] = -1 - i % STATES;
        }
        return new SelectiveStep.System(INNER, STATES, 1, a, numbers(INNER, 14), numbers(INNER, 15), false);
    }

    @Setup
    public void prepare() {
        modes = modes();
        system = system();
    }

    /** 128 MiB. */
    @Benchmark
    public float[] copy() {
        System.arraycopy(source, 0, target, 0, source.length);
        return target;
    }

    /** 258 MiB: states of 64 channels of 64 complex modes read and written, u and y. */
    @Benchmark
    public Tensor diagonalStep() {
        kernels.diagonalStep().step(modes, state, u, y, SERIES);
        return y;
    }

    /** 288.5 MiB: states of 512 channels of 16 real states read and written, u, δ, z, y, B and C. */
    @Benchmark
    public Tensor selectiveStep() {
        kernels.selectiveStep().step(system, state, u, delta, b, c, gate, y, SERIES);
        return y;
    }

    /** One series alone, from the cache: what a sample costs where nothing comes with it. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public Tensor diagonalStepOfOneSeries() {
        kernels.diagonalStep().step(modes, oneState, u, y, 1);
        return y;
    }
}
