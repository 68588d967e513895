package io.longwave.bench.scoring;

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

/**
 * How long does it take to judge a sample of one series and to learn from it, beside a random cut forest? One thread. The series has a daily wave of samples a minute apart, noise, and
 * now and then a jump. Ratio: time of the forest over time of the online model.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(value = 1, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
public class StreamingScoreBenchmark {
    /** Which detector. */
    @Param({"online", "forest-30", "forest-50"})
    public String detector = "";

    private final Wave wave = new Wave();
    private Detector judging = (time, value) -> 0;

    /** A detector that has seen a day and more. */
    @Setup
    public void warm() {
        judging = detector(detector);
        for (int i = 0; i < 3000; i++) {
            wave.next();
            judging.score(wave.time(), wave.value());
        }
    }

    static Detector detector(String name) {
        return name.equals("online")
                ? Detector.online()
                : Detector.randomCutForest(Integer.parseInt(name.substring(name.indexOf('-') + 1)));
    }

    /** One sample. */
    @Benchmark
    public double sample() {
        wave.next();
        return judging.score(wave.time(), wave.value());
    }
}
