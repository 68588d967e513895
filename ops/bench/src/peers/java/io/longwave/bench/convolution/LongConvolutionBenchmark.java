package io.longwave.bench.convolution;

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

/**
 * How long does a causal convolution of N numbers with N taps take, beside other libraries? A million numbers, batch 8. On a machine that
 * others use, {@link LongConvolutionPairs} is the fairer program.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xmx2g",
        "-XX:+UseTransparentHugePages", "-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=1"})
public class LongConvolutionBenchmark {

    @Param({"1024", "4096", "16384", "65536"})
    public int length = 1024;

    @Param({"longwave", "libtorch", "JTransforms"})
    public String library = "longwave";

    private Convolver convolver = new LongwaveConvolver(Problem.ofLength(1024), 1);

    @Setup
    public void prepare() {
        convolver.close();
        convolver = Convolver.all(Problem.ofLength(length), 1).stream().map(make -> make.get()).filter(c -> c.name().equals(library))
                .findFirst().orElseThrow();
    }

    @Benchmark
    public void convolve() {
        convolver.convolve();
    }

    @TearDown
    public void close() {
        convolver.close();
    }
}
