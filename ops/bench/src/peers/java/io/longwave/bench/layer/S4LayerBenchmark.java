package io.longwave.bench.layer;

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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.longwave.bench.layer.LongwaveLayer.Sizes;
import io.longwave.ssm.s4.S4Family;
import io.longwave.ssm.s4d.S4dFamily;

/**
 * How long do forward and backward pass of one S4D or S4 layer take, 64 channels, states of 64, 16 sequences of 4096 steps, beside the same
 * maths in the operators of libtorch? Ratios come from {@link S4LayerPairs}, where the two take turns.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(value = 1, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xmx2g",
        "-Dai.djl.offline=true"})
public class S4LayerBenchmark {
    @Param({"s4d", "s4"})
    public String layer = "s4d";

    @Param({"longwave", "libtorch"})
    public String library = "longwave";

    private LayerStep measured = new LongwaveLayer(new S4dFamily(), new Sizes(1, 1, 1), 1);

    @Setup
    public void prepare() {
        boolean lowRank = layer.equals("s4");
        LongwaveLayer ours = new LongwaveLayer(lowRank ? new S4Family() : new S4dFamily(), new Sizes(64, 16, 4096),
                Runtime.getRuntime().availableProcessors());
        measured = library.equals("longwave") ? ours : new LibtorchLayer(ours, lowRank);
    }

    @TearDown
    public void close() {
        measured.close();
    }

    @Benchmark
    public void forwardAndBackward() {
        measured.step();
    }
}
