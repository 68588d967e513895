package io.longwave.bench.chimera;

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

import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.kernel.simd.SimdKernels;

/**
 * How long do forward and backward pass of one Chimera layer take? Both directions of the variates with projections of B, C and both steps, added
 * and gated: batch 32, 7 variates, 96 steps, 64 channels, 16 modes, float32; gradients of the input and of all weights.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 4)
@Measurement(iterations = 6, time = 4)
@Fork(value = 2, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx3g"})
public class ChimeraLayerBenchmark {

    /** {@code simd}, {@code simd-one-thread} (the processor time it costs), or {@code reference}, the plain loops in float64. */
    @Param({"simd", "simd-one-thread"})
    public String kernels = "simd";

    private LongwaveLayer layer = new LongwaveLayer(new SimdKernels(1), LayerProblem.random(1, 1, 1, 1, 2));

    /** The same input and weights in every run. */
    @Setup
    public void prepare() {
        Kernels chosen = switch (kernels) {
            case "simd" -> new SimdKernels(Runtime.getRuntime().availableProcessors());
            case "simd-one-thread" -> new SimdKernels(1);
            case "reference" -> new ReferenceKernels();
            default -> throw new IllegalArgumentException("kernels: expected simd, simd-one-thread or reference but was " + kernels);
        };
        layer = new LongwaveLayer(chosen, LayerProblem.random(32, 7, 96, 64, 16));
    }

    /** The layer alone, nothing kept for a gradient. */
    @Benchmark
    public void forward() {
        layer.forward();
    }

    /** The layer and all its gradients. */
    @Benchmark
    public void forwardAndBackward() {
        layer.forwardAndBackward();
    }
}
