package io.longwave.ssm.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.cuda.CountingDevice;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.cuda.CudaKernels;
import io.longwave.kernel.cuda.TestedKernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.ssm.chimera.ChimeraFamily;
import io.longwave.ssm.dss.DssFamily;
import io.longwave.ssm.longconv.LongConvFamily;
import io.longwave.ssm.mamba.MambaFamily;
import io.longwave.ssm.ptd.PtdFamily;
import io.longwave.ssm.s4.S4Family;
import io.longwave.ssm.s4d.S4dFamily;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceModelFamily;
import io.longwave.ssm.spacetime.SpaceTimeFamily;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.TrainableModel.OptimizerStep;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.classify.TrainableClassifier;
import tools.jackson.databind.node.ObjectNode;

/** Models learn on the CUDA kernels what they learn on the loops in float64: the same code, the same losses from step to step. */
class CudaTrainingTest {
    private static final int LAG = 24;
    private static final int HORIZON = 6;
    private static final int BATCH = 3;
    private static final int STEPS = 3;
    private static final String LEARNED_BUTTERFLY = "longconv with a learned butterfly";
    private static final OptimizerStep STEP = new OptimizerStep(1e-3, 1e-4);
    /** Sums of float32, through the optimiser's division by the root of small squares. */
    private static final double BOUND = 1e-3;

    private static final Map<String, Function<Kernels, ForecasterFamily>> FORECASTERS = Map.of("s4", layers(new S4Family()), "s4d",
            layers(new S4dFamily()), "dss", layers(new DssFamily()), "s4-ptd", layers(new PtdFamily()), "longconv",
            layers(new LongConvFamily()), "mamba", layers(new MambaFamily()), "spacetime", kernels -> new SpaceTimeFamily(() -> kernels),
            "chimera", kernels -> new ChimeraFamily(() -> kernels).forecasters());

    private static Function<Kernels, ForecasterFamily> layers(LayerFamily family) {
        return kernels -> new SequenceModelFamily(family, () -> kernels).forecasters();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s4", "s4d", "dss", "s4-ptd", "longconv", "mamba", "spacetime", "chimera"})
    void aForecasterLosesTheSameOnTheDevice(String name) {
        double[] expected = forecasting(name, new ReferenceKernels());
        double[] found = forecasting(name, TestedKernels.shared());
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("%s, number %d", name, i).isCloseTo(expected[i], within(BOUND * Math.max(1, Math.abs(expected[i]))));
        }
    }

    /** Losses of a few steps, and a forecast after them. */
    private static double[] forecasting(String name, Kernels kernels) {
        ForecasterFamily family = FORECASTERS.getOrDefault(name, _ -> {
            throw new IllegalArgumentException(name);
        }).apply(kernels);
        int variates = name.equals("chimera") ? 3 : 1;
        TrainableForecaster model = family.create(small(family.defaultConfig(LAG, HORIZON, variates)), 1);
        float[] windows = numbers(BATCH * (LAG + HORIZON) * variates);
        double[] results = new double[STEPS + BATCH * HORIZON * variates];
        for (int i = 0; i < STEPS; i++) {
            results[i] = model.trainStep(windows, BATCH, STEP);
        }
        float[] forecast = new float[BATCH * HORIZON * variates];
        model.forecast(Arrays.copyOf(windows, BATCH * LAG * variates), BATCH, forecast);
        for (int i = 0; i < forecast.length; i++) {
            results[STEPS + i] = forecast[i];
        }
        return results;
    }

    /** What a step draws, transforms and adds up stays where it is: a card that waits for its host is idle. */
    @ParameterizedTest
    @ValueSource(strings = {"s4", "s4d", "dss", "s4-ptd", "longconv", "mamba", "spacetime", "chimera"})
    void aTrainingStepWaitsOnlyForItsLoss(String name) {
        CountingDevice device = new CountingDevice(TestedKernels.device(1));
        ForecasterFamily family = FORECASTERS.getOrDefault(name, _ -> {
            throw new IllegalArgumentException(name);
        }).apply(new CudaKernels(device));
        int variates = name.equals("chimera") ? 3 : 1;
        TrainableForecaster model = family.create(small(family.defaultConfig(LAG, HORIZON, variates)), 1);
        float[] windows = numbers(BATCH * (LAG + HORIZON) * variates);
        model.trainStep(windows, BATCH, STEP);
        int before = device.waits();
        for (int i = 0; i < STEPS; i++) {
            model.trainStep(windows, BATCH, STEP);
        }
        assertThat(device.waits() - before).isEqualTo(STEPS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s4d", "chimera", LEARNED_BUTTERFLY})
    void aClassifierLosesTheSameOnTheDevice(String name) {
        double[] expected = classifying(name, new ReferenceKernels());
        double[] found = classifying(name, TestedKernels.shared());
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("%s, number %d", name, i).isCloseTo(expected[i], within(BOUND * Math.max(1, Math.abs(expected[i]))));
        }
    }

    /** Sequences of unequal lengths. */
    private static double[] classifying(String name, Kernels kernels) {
        ClassifierFamily family = switch (name) {
            case "chimera" -> new ChimeraFamily(() -> kernels).classifiers();
            case LEARNED_BUTTERFLY -> new SequenceModelFamily(new LongConvFamily(), () -> kernels).classifiers();
            default -> new SequenceModelFamily(new S4dFamily(), () -> kernels).classifiers();
        };
        ObjectNode config = small(family.defaultConfig(LAG, 2, 3));
        if (name.equals(LEARNED_BUTTERFLY)) {
            ((ObjectNode) config.get("layer")).put("butterfly", "LEARNED");
        }
        TrainableClassifier model = family.create(config, 1);
        float[] sequences = numbers(BATCH * LAG * 2);
        int[] lengths = {LAG, LAG - 7, LAG - 1};
        int[] labels = {0, 2, 1};
        double[] results = new double[STEPS + BATCH * 3];
        for (int i = 0; i < STEPS; i++) {
            results[i] = model.trainStep(sequences, lengths, labels, BATCH, LAG, STEP);
        }
        float[] probabilities = new float[BATCH * 3];
        model.classify(sequences, lengths, BATCH, LAG, probabilities);
        for (int i = 0; i < probabilities.length; i++) {
            results[STEPS + i] = probabilities[i];
        }
        return results;
    }

    /** The smallest network of its kind: the shim takes a fiber for every thread. */
    private static ObjectNode small(ObjectNode config) {
        Map.of("width", 4, "blocks", 1, "states", 4, "patch", 4).forEach((setting, value) -> {
            if (config.has(setting)) {
                config.put(setting, value);
            }
        });
        return config;
    }

    private static float[] numbers(int count) {
        SplittableRandom random = new SplittableRandom(7);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}
