package io.longwave.bench;

import java.util.Arrays;
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
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.spacetime.SpaceTimeConfig;
import io.longwave.ssm.spacetime.SpaceTimeConfig.LossWeights;
import io.longwave.ssm.spacetime.SpaceTimeForecaster;
import io.longwave.train.TrainableModel.OptimizerStep;

/**
 * How long do one training step and one forecast of SpaceTime take at the sizes of the ETTh1 benchmark? One series, lag 336, horizon 720,
 * width 128, states of 64, batch 50; a step is forward pass, loss, backward pass and AdamW update.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 4)
@Measurement(iterations = 6, time = 4)
@Fork(value = 2, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
public class SpaceTimeStepBenchmark {
    private static final int LAG = 336;
    private static final int HORIZON = 720;
    private static final int BATCH = 50;
    private static final OptimizerStep STEP = new OptimizerStep(1e-3, 1e-4);

    /** {@code simd}, {@code simd-one-thread} (the processor time a step costs), or {@code reference}, the plain loops in float64. */
    @Param({"simd", "simd-one-thread"})
    public String kernels = "simd";

    private float[] windows = {};
    private float[] lags = {};
    private float[] forecast = {};
    private SpaceTimeForecaster allTerms = forecaster(new SimdKernels(1), LossWeights.ALL);
    private SpaceTimeForecaster horizonOnly = allTerms;

    /** Waves of one day with noise, the same in every run. */
    @Setup
    public void prepare() {
        Kernels chosen = switch (kernels) {
            case "simd" -> new SimdKernels(Runtime.getRuntime().availableProcessors());
            case "simd-one-thread" -> new SimdKernels(1);
            case "reference" -> new ReferenceKernels();
            default -> throw new IllegalArgumentException("kernels: expected simd, simd-one-thread or reference but was " + kernels);
        };
        SplittableRandom random = new SplittableRandom(1);
        windows = new float[BATCH * (LAG + HORIZON)];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = (float) (Math.sin(i * 2 * Math.PI / 24) + 0.1 * random.nextGaussian());
        }
        lags = Arrays.copyOf(windows, BATCH * LAG);
        forecast = new float[BATCH * HORIZON];
        allTerms = forecaster(chosen, LossWeights.ALL);
        horizonOnly = forecaster(chosen, LossWeights.HORIZON_ONLY);
    }

    private static SpaceTimeForecaster forecaster(Kernels kernels, LossWeights weights) {
        return new SpaceTimeForecaster(kernels, SpaceTimeConfig.defaults(1, LAG, HORIZON).withLossWeights(weights));
    }

    /** All three terms of the loss, the published setting. */
    @Benchmark
    public double trainingStep() {
        return allTerms.trainStep(windows, BATCH, STEP);
    }

    /** The forecast's term of the loss alone. */
    @Benchmark
    public double horizonOnlyTrainingStep() {
        return horizonOnly.trainStep(windows, BATCH, STEP);
    }

    /** A forecast of the same batch. */
    @Benchmark
    public float[] forecast() {
        allTerms.forecast(lags, BATCH, forecast);
        return forecast;
    }
}
