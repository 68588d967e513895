package io.longwave.bench;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.longwave.kernel.DiagonalScan.Complex;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.SelectiveScan;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.tensor.Tensor;

/**
 * Which part of the memory's speed do the scans over whole sequences reach? Arrays of 8 Mi numbers (32 MiB each, at least four per scan, so that
 * no cache helps); with {@code -t 2} two threads have such arrays each. {@link #copy} moves one of them: 64 MiB pass through memory, one read and
 * one written. Bytes of the others per run, each array counted once per read and once per write, are in their comments. Ratio: bytes / time of a
 * scan over bytes / time of the copy.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
public class ScanBenchmark {
    private static final int CHANNELS = 512;
    private static final int BATCH = 4;
    private static final int LENGTH = 4096;
    private static final int SIZE = CHANNELS * BATCH * LENGTH;

    /** N of the selective scan. */
    @Param({"16"})
    public int states = 16;

    private final Kernels kernels = new SimdKernels(1);
    private final float[] source = new float[SIZE];
    private final float[] target = new float[SIZE];
    private Tensor a = kernels.zeros(0);
    private Tensor aIm = a;
    private Tensor u = a;
    private Tensor v = a;
    private Tensor w = a;
    private Tensor x = a;
    private Tensor y = a;
    private Tensor da = a;
    private Tensor dRates = a;
    private Tensor db = a;
    private Tensor dc = a;
    private Tensor dSkip = a;
    private Tensor dBias = a;
    private Tensor dz = a;
    private Tensor kept = a;
    private SelectiveScan.Inputs inputs = inputs();
    private SelectiveScan.Gradients gradients = new SelectiveScan.Gradients(a, a, a, a, a, a, a, a, null);

    private SelectiveScan.Inputs inputs() {
        Tensor rows = kernels.zeros(1, 1, 1);
        return new SelectiveScan.Inputs(rows, rows, kernels.zeros(1, 1), rows, rows, 1, null, null, null, null, false, false);
    }

    @Setup
    public void prepare() {
        SplittableRandom random = new SplittableRandom(1);
        a = kernels.of(random.doubles(CHANNELS, 0.5, 0.99).toArray(), CHANNELS);
        aIm = kernels.of(random.doubles(CHANNELS, -0.1, 0.1).toArray(), CHANNELS);
        u = sequence(random, CHANNELS);
        v = sequence(random, CHANNELS);
        w = sequence(random, CHANNELS);
        x = sequence(random, CHANNELS);
        y = sequence(random, CHANNELS);
        dz = sequence(random, CHANNELS);
        da = kernels.zeros(CHANNELS);
        dRates = kernels.zeros(CHANNELS, states);
        db = kernels.zeros(states, BATCH, LENGTH);
        dc = kernels.zeros(states, BATCH, LENGTH);
        dSkip = kernels.zeros(CHANNELS);
        dBias = kernels.zeros(CHANNELS);
        kept = kernels.zeros(SelectiveScan.keptStates(LENGTH), BATCH, states, CHANNELS);
        inputs = new SelectiveScan.Inputs(u, v, kernels.of(random.doubles((long) CHANNELS * states, -16, -1).toArray(), CHANNELS, states),
                sequence(random, states), sequence(random, states), 1, a, aIm, w, null, false, false);
        gradients = new SelectiveScan.Gradients(x, y, dRates, db, dc, dSkip, dBias, dz, null);
        kernels.selectiveScan().forward(inputs, kernels.zeros(CHANNELS, BATCH, LENGTH), kept, null);
    }

    private Tensor sequence(SplittableRandom random, int channels) {
        float[] values = new float[channels * BATCH * LENGTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        Tensor tensor = kernels.zeros(channels, BATCH, LENGTH);
        kernels.upload(values, tensor);
        return tensor;
    }

    /** 64 MiB. */
    @Benchmark
    public float[] copy() {
        System.arraycopy(source, 0, target, 0, SIZE);
        return target;
    }

    /** 64 MiB: u and x. */
    @Benchmark
    public Tensor realScan() {
        kernels.diagonalScan().forward(a, u, null, x, null);
        return x;
    }

    /** 96 MiB: x, dx and du. */
    @Benchmark
    public Tensor realScanGradient() {
        kernels.diagonalScan().backward(a, x, null, u, da, y, false, null);
        return y;
    }

    /** 128 MiB: u and x, two parts each. */
    @Benchmark
    public Tensor complexScan() {
        kernels.diagonalScan().forward(new Complex(a, aIm), new Complex(u, v), null, new Complex(x, y), null);
        return y;
    }

    /** 192 MiB: x, dx and du, two parts each. */
    @Benchmark
    public Tensor complexScanGradient() {
        kernels.diagonalScan().backward(new Complex(a, aIm), new Complex(u, v), null, new Complex(w, x), new Complex(da, dSkip),
                new Complex(y, dz), false, null);
        return y;
    }

    /** 128 MiB: u, δ, z and y; B, C and kept states add 10 MiB at 16 states. */
    @Benchmark
    public Tensor selectiveScan() {
        kernels.selectiveScan().forward(inputs, y, kept, null);
        return y;
    }

    /** 320 MiB: u, δ, z and dy read, three gradients read and written; B, C, their gradients and kept states add 14 MiB at 16 states. */
    @Benchmark
    public Tensor selectiveScanGradient() {
        kernels.selectiveScan().backward(inputs, kept, w, null, gradients);
        return x;
    }
}
