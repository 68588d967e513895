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

import io.longwave.kernel.Kernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceConfig;
import io.longwave.ssm.sequence.SequenceConfig.Norm;
import io.longwave.ssm.sequence.SequenceNetwork;
import io.longwave.ssm.sequence.SequenceNetworkRecurrence;
import io.longwave.ssm.tape.ParameterSet;

/**
 * What does a sample cost in a stream, family by family? Networks of the forecasters' default size (width 32, 2 blocks, lag 336) step one
 * series, or 64 together; a score is per step of all of them. The state per series is printed when a trial begins.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
public class NetworkStepBenchmark {
    private static final int WIDTH = 32;
    private static final int BLOCKS = 2;
    private static final int LENGTH = 336;

    @Param({"s4", "s4d", "s4-ptd", "longconv", "mamba"})
    private String family = "s4d";

    @Param({"1", "64"})
    private int series = 1;

    private SequenceNetworkRecurrence network = network(family);
    private SequenceNetworkRecurrence.Cohort cohort = network.start(1);
    private float[] u = new float[0];
    private float[] y = new float[0];

    private static SequenceNetworkRecurrence network(String name) {
        Kernels kernels = new SimdKernels(1);
        LayerFamily layers = ModelFamilies.layers().stream().filter(known -> known.name().equals(name)).findFirst().orElseThrow();
        SequenceConfig config = new SequenceConfig(1, 1, WIDTH, BLOCKS, Norm.LAYER, true, 0, false);
        SequenceNetwork network = new SequenceNetwork(new ParameterSet(kernels), "", layers, layers.defaultConfig(LENGTH), config, LENGTH,
                new SplittableRandom(1));
        return network.recurrence().orElseThrow();
    }

    @Setup
    public void begin() {
        network = network(family);
        cohort = network.start(series);
        u = new float[series];
        y = new float[WIDTH * series];
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < u.length; i++) {
            u[i] = (float) random.nextGaussian();
        }
        System.out.println(family + ": " + 4 * network.stateSize() + " bytes of state per series");
    }

    @Benchmark
    public float[] step() {
        cohort.step(u, y);
        return y;
    }
}
