package io.longwave.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

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

import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.train.ForecastLearning;
import io.longwave.train.ForecastTask;
import io.longwave.train.LearningTask;
import io.longwave.train.SeriesTable;
import io.longwave.train.Split;
import io.longwave.train.TrainableModel.OptimizerStep;
import io.longwave.train.TrainingSettings;
import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.ClassifierChoice;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.classify.ClassifierLearning;
import io.longwave.train.classify.LabelledSequence;

/**
 * What does a batch of a training loop allocate once the loop runs evenly? To be run with {@code -prof gc}: the answer is
 * {@code gc.alloc.rate.norm}, in bytes per batch. A batch is put together from the training part, then come forward pass, loss, backward pass and
 * AdamW update, as the training command does it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 4)
@Measurement(iterations = 5, time = 4)
@Fork(value = 1, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
public class TrainingBatchBenchmark {
    private static final OptimizerStep STEP = new OptimizerStep(1e-4, 1e-2);

    /** {@code classifier}: recordings of 234 samples of 7 channels, batch 64; {@code forecaster}: 7 columns, lag and horizon 96, its own batch. */
    @Param({"classifier", "forecaster"})
    public String job = "classifier";

    /** Name of the family; one that does both jobs, or {@code chimera}. */
    @Param({"s4d", "chimera"})
    public String family = "s4d";

    private LearningTask task = classifier();
    private int next;

    /** The same numbers in every run. */
    @Setup
    public void prepare() {
        task = job.equals("forecaster") ? forecaster() : classifier();
        task.prepare();
        task.beginEpoch(new SplittableRandom(1));
        next = 0;
    }

    /** One batch; epochs follow each other without a validation. */
    @Benchmark
    public double batch() {
        if (next == task.stepsPerEpoch()) {
            task.beginEpoch(new SplittableRandom(1));
            next = 0;
        }
        return task.step(next++, STEP);
    }

    private LearningTask classifier() {
        ClassifierFamily kind = ModelFamilies.classifier(family).orElseThrow();
        SplittableRandom random = new SplittableRandom(1);
        List<LabelledSequence> rows = new ArrayList<>();
        for (int i = 0; i < 6400; i++) {
            float[] values = new float[234 * 7];
            for (int l = 0; l < values.length; l++) {
                values[l] = (float) random.nextGaussian();
            }
            rows.add(new LabelledSequence(values, 234, i % 4, ""));
        }
        var data = new ClassificationData(List.of("N", "S", "V", "F"), 7, rows, rows.subList(0, 64), List.of(), "");
        var config = kind.defaultConfig(234, 7, 4);
        config.put("width", 32).put("blocks", 2);
        TrainingSettings settings = kind.trainingDefaults(234, 7, 4).with(change -> change.batch = 64);
        return new ClassifierLearning(data, kind.create(config, 0), settings, ClassifierChoice.LAST, 0.5);
    }

    private LearningTask forecaster() {
        var kind = ModelFamilies.forecaster(family).orElseThrow();
        int rows = 8000;
        SplittableRandom random = new SplittableRandom(1);
        double[][] values = new double[7][];
        for (int v = 0; v < values.length; v++) {
            values[v] = IntStream.range(0, rows).mapToDouble(i -> Math.sin(i * 2 * Math.PI / 24) + 0.1 * random.nextGaussian()).toArray();
        }
        long[] times = new long[rows];
        Arrays.setAll(times, i -> i * 3_600_000_000_000L);
        List<String> columns = IntStream.range(0, 7).mapToObj(Integer::toString).toList();
        ForecastTask windows = new ForecastTask(new SeriesTable(columns, columns, times, values, ""), new Split(7000, 500, 500), 96, 96);
        return new ForecastLearning(windows, kind.create(kind.defaultConfig(96, 96, 7), 0), kind.trainingDefaults(96, 96, 7));
    }
}
