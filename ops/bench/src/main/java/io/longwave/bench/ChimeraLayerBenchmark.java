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

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.Pointwise.Function;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.chimera.GridRecorder;
import io.longwave.ssm.chimera.SelectiveGrid;
import io.longwave.ssm.chimera.SelectiveGrid.StepProjection;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;

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
    private static final int BATCH = 32;
    private static final int VARIATES = 7;
    private static final int STEPS = 96;
    private static final int CHANNELS = 64;
    private static final int MODES = 16;

    /** {@code simd}, {@code simd-one-thread} (the processor time it costs), or {@code reference}, the plain loops in float64. */
    @Param({"simd", "simd-one-thread"})
    public String kernels = "simd";

    private Kernels chosen = new SimdKernels(1);
    private ParameterSet parameters = new ParameterSet(chosen);
    private Tape forward = new Tape(chosen, null);
    private Tape both = forward;
    private Variable x = Variable.constant(chosen, chosen.zeros(1));

    /** Random weights and input, the same in every run. */
    @Setup
    public void prepare() {
        chosen = switch (kernels) {
            case "simd" -> new SimdKernels(Runtime.getRuntime().availableProcessors());
            case "simd-one-thread" -> new SimdKernels(1);
            case "reference" -> new ReferenceKernels();
            default -> throw new IllegalArgumentException("kernels: expected simd, simd-one-thread or reference but was " + kernels);
        };
        SplittableRandom random = new SplittableRandom(1);
        parameters = new ParameterSet(chosen);
        SelectiveGrid up = direction(random, "up.");
        SelectiveGrid down = direction(random, "down.");
        Variable gate = drawn(random, "gate", -0.1, 0.1, CHANNELS, CHANNELS);
        double[] input = random.doubles(CHANNELS * VARIATES * STEPS * BATCH, -1, 1).toArray();
        x = Variable.trained(chosen, chosen.of(input, CHANNELS, VARIATES, STEPS, BATCH));
        forward = new Tape(chosen, null);
        layer(new GridRecorder(forward, false), up, down, gate);
        both = new Tape(chosen, null);
        Variable y = layer(new GridRecorder(both, true), up, down, gate);
        both.record(() -> {}, () -> chosen.copy(y.value(), y.gradient(), y.accumulate()));
    }

    private SelectiveGrid direction(SplittableRandom random, String prefix) {
        return new SelectiveGrid(drawn(random, prefix + "a1", -MODES, -1, CHANNELS, MODES),
                drawn(random, prefix + "a2", -0.9, 0.9, CHANNELS, MODES),
                drawn(random, prefix + "a3", -0.9, 0.9, CHANNELS, MODES), drawn(random, prefix + "a4", -MODES, -1, CHANNELS, MODES),
                drawn(random, prefix + "b1", -0.1, 0.1, MODES, CHANNELS), drawn(random, prefix + "b2", -0.1, 0.1, MODES, CHANNELS),
                drawn(random, prefix + "c1", -0.1, 0.1, MODES, CHANNELS), drawn(random, prefix + "c2", -0.1, 0.1, MODES, CHANNELS),
                step(random, prefix + "step1."), step(random, prefix + "step2."), drawn(random, prefix + "d", -1, 1, CHANNELS));
    }

    private StepProjection step(SplittableRandom random, String prefix) {
        return new StepProjection(drawn(random, prefix + "down", -0.1, 0.1, CHANNELS / 16, CHANNELS),
                drawn(random, prefix + "up", -0.1, 0.1, CHANNELS, CHANNELS / 16), drawn(random, prefix + "bias", -3, 0, CHANNELS));
    }

    private Variable drawn(SplittableRandom random, String name, double low, double high, int... dims) {
        int size = 1;
        for (int dim : dims) {
            size *= dim;
        }
        return parameters.trained(name, random.doubles(size, low, high).toArray(), dims);
    }

    private Variable layer(GridRecorder recorder, SelectiveGrid up, SelectiveGrid down, Variable gate) {
        Tape tape = recorder.tape();
        Discretization hold = Discretization.ZERO_ORDER_HOLD;
        Variable sum = tape.plus(up.record(recorder, new Form(hold, hold, false, false), x, null).y(),
                down.record(recorder, new Form(hold, hold, false, true), x, null).y());
        return tape.times(tape.pointwise(Function.SILU, tape.linear(x, gate, null)), sum);
    }

    /** The layer alone, nothing kept for a gradient. */
    @Benchmark
    public void forward() {
        forward.forward();
    }

    /** The layer and all its gradients. */
    @Benchmark
    public void forwardAndBackward() {
        both.forward();
        parameters.forgetGradients();
        x.forgetGradient();
        both.backward();
    }
}
