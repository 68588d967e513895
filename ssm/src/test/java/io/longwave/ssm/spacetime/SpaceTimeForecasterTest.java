package io.longwave.ssm.spacetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.WindowCentring.Offset;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.spacetime.SpaceTimeConfig.LossWeights;
import io.longwave.train.TrainableModel.OptimizerStep;

class SpaceTimeForecasterTest {
    private static final Kernels KERNELS = new SimdKernels(2);
    private static final SpaceTimeConfig SMALL = new SpaceTimeConfig(2, 20, 6, 16, 2, 4, 5, 4, 2, 8, 1, 0.25, LossWeights.ALL, Offset.MEAN,
            3);
    private static final OptimizerStep STEP = new OptimizerStep(1e-3, 1e-4);

    private static float[] windows(int batch, int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] windows = new float[batch * rows * 2];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = (float) random.nextGaussian();
        }
        return windows;
    }

    @Test
    void trainingMovesTheLossDown() {
        SpaceTimeForecaster forecaster = new SpaceTimeForecaster(KERNELS, SMALL.withDropout(0));
        float[] windows = windows(4, 26, 1);
        double first = forecaster.trainStep(windows, 4, STEP);
        double last = first;
        for (int i = 0; i < 60; i++) {
            last = forecaster.trainStep(windows, 4, STEP);
        }
        assertThat(last).isLessThan(first);
    }

    @Test
    void aModelReadBackTrainsOnToTheSameBits() {
        SpaceTimeForecaster one = new SpaceTimeForecaster(KERNELS, SMALL);
        for (int i = 0; i < 3; i++) {
            one.trainStep(windows(4, 26, i), 4, STEP);
        }
        SpaceTimeForecaster other = new SpaceTimeForecaster(KERNELS, SMALL);
        other.setWeights(one.weights());
        other.setTrainingState(one.trainingState());
        for (int i = 3; i < 6; i++) {
            assertThat(other.trainStep(windows(4, 26, i), 4, STEP)).isEqualTo(one.trainStep(windows(4, 26, i), 4, STEP));
        }
        for (int i = 0; i < one.weights().size(); i++) {
            assertThat(other.weights().get(i).values()).isEqualTo(one.weights().get(i).values());
        }
    }

    @Test
    void aForecastDoesNotDependOnTheRestOfItsBatchAndRollsOnPastTheHorizon() {
        SpaceTimeForecaster forecaster = new SpaceTimeForecaster(KERNELS, SMALL);
        float[] lags = windows(3, 20, 9);
        float[] all = new float[3 * 6 * 2];
        forecaster.forecast(lags, 3, all);
        float[] longer = new float[9 * 2];
        forecaster.forecast(Arrays.copyOfRange(lags, 40, 80), 1, 9, longer);
        for (int i = 0; i < 12; i++) {
            assertThat(longer[i]).isCloseTo(all[12 + i], org.assertj.core.data.Offset.offset(1e-4f * Math.max(1, Math.abs(all[12 + i]))));
        }
    }

    @Test
    void weightsOfAnotherShapeAreRefusedBeforeAnythingIsReplaced() {
        SpaceTimeForecaster forecaster = new SpaceTimeForecaster(KERNELS, SMALL);
        SpaceTimeForecaster wider = new SpaceTimeForecaster(KERNELS, SMALL.withWidth(32, 2));
        float[] before = forecaster.weights().getFirst().values();
        assertThatThrownBy(() -> forecaster.setWeights(wider.weights())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ssm.skip: expected [16] but was [32]");
        assertThatThrownBy(() -> forecaster.setWeights(List.of())).hasMessageStartingWith("missing tensors [encoder.blocks.0.ssm.skip");
        assertThat(forecaster.weights().getFirst().values()).isEqualTo(before);
    }
}
