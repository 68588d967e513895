package io.longwave.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.longwave.train.ForecastTask.Part;
import io.longwave.train.TrainableModel.OptimizerStep;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ScaleAugmentedForecasterTest {

    private static final int LAG = 6;
    private static final int HORIZON = 2;
    private static final OptimizerStep STEP = new OptimizerStep(1e-3, 0);

    private final float[] windows = {1, 2, 3, 4, 5, 6, 7, 8, -1, 3, -5, 7, -9, 11, -13, 15};

    @Test
    void everyWindowIsShownAsAWholeAtOneSizeAndEitherSign() {
        Recorder inner = new Recorder();
        ScaleAugmentedForecaster model = new ScaleAugmentedForecaster(inner, 0.5, 1);
        for (int i = 0; i < 100; i++) {
            model.trainStep(windows, 2, STEP);
        }
        int negative = 0;
        for (float[] seen : inner.seen) {
            for (int b = 0; b < 2; b++) {
                float scale = seen[8 * b] / windows[8 * b];
                assertThat(Math.abs(scale)).isBetween((float) Math.exp(-0.5001), (float) Math.exp(0.5001));
                for (int i = 8 * b; i < 8 * b + 8; i++) {
                    assertThat(seen[i]).isEqualTo(scale * windows[i], within(1e-5f)); // one rounding of a quotient
                }
                negative += scale < 0 ? 1 : 0;
            }
        }
        // 200 fair coins: 100 ± 4 standard deviations of 7
        assertThat(negative).isBetween(72, 128);
        assertThat(inner.seen.get(0)).isNotEqualTo(inner.seen.get(1));
    }

    @Test
    void aResumedTrainingSeesTheSameWindows() {
        Recorder straight = new Recorder();
        ScaleAugmentedForecaster whole = new ScaleAugmentedForecaster(straight, 0.7, 3);
        whole.trainStep(windows, 2, STEP);
        whole.trainStep(windows, 2, STEP);

        ScaleAugmentedForecaster first = new ScaleAugmentedForecaster(new Recorder(), 0.7, 3);
        first.trainStep(windows, 2, STEP);
        Recorder resumed = new Recorder();
        ScaleAugmentedForecaster second = new ScaleAugmentedForecaster(resumed, 0.7, 3);
        second.setTrainingState(first.trainingState());
        second.trainStep(windows, 2, STEP);

        assertThat(resumed.seen.getFirst()).isEqualTo(straight.seen.getLast());
        assertThatThrownBy(() -> second.setTrainingState(List.of())).hasMessageContaining("expected a tensor 'scale_augmentation.steps'");
    }

    @Test
    void forecastsAreTheInnerModelsOwn() {
        LinearForecaster inner = new LinearForecaster(LAG, HORIZON, 1, 0, 1);
        ScaleAugmentedForecaster model = new ScaleAugmentedForecaster(inner, 0.7, 1);
        float[] expected = new float[HORIZON];
        float[] found = new float[HORIZON];
        inner.forecast(windows, 1, expected);
        model.forecast(windows, 1, found);
        assertThat(found).isEqualTo(expected);
        assertThat(model.weights()).hasSameSizeAs(inner.weights());
    }

    @Test
    void theFamilyTakesASpreadAndRefusesAnythingElse() {
        ForecasterFamily family = ScaleAugmentedForecaster.family(new LinearForecaster.Family(), 0.7);
        ObjectNode config = family.defaultConfig(LAG, HORIZON, 1);
        assertThat(config.get("scaleAugmentation").doubleValue()).isEqualTo(0.7);
        assertThat(family.create(config, 0)).isInstanceOf(ScaleAugmentedForecaster.class);
        assertThat(family.create(config.deepCopy().put("scaleAugmentation", 0), 0)).isInstanceOf(LinearForecaster.class);
        assertThatThrownBy(() -> family.create(config.deepCopy().put("scaleAugmentation", -1), 0))
                .hasMessageContaining("scaleAugmentation").hasMessageContaining("expected a number of at least 0 but was -1");
    }

    @Test
    void itLearnsAWaveAsWellAsItsInnerModelAlone() {
        ForecastTask task = new ForecastTask(BaselineTest.noisyWave(300, 1), new Split(180, 60, 60), LAG, HORIZON);
        Windows train = task.windows(Part.TRAIN);
        ScaleAugmentedForecaster model = new ScaleAugmentedForecaster(new LinearForecaster(LAG, HORIZON, 1, 0, 1), 0.7, 1);
        double before = ForecastError.of(model::forecast, task.windows(Part.TEST), 7).mse();
        float[] batch = new float[20 * (LAG + HORIZON)];
        for (int step = 0; step < 2000; step++) {
            for (int b = 0; b < 20; b++) {
                train.copyWindow((step * 7 + b * 8) % train.count(), batch, b * (LAG + HORIZON));
            }
            model.trainStep(batch, 20, new OptimizerStep(1e-2, 0));
        }
        assertThat(ForecastError.of(model::forecast, task.windows(Part.TEST), 7).mse()).isLessThan(before / 2);
    }

    /** Keeps what it is shown. */
    private static final class Recorder implements TrainableForecaster {
        private final List<float[]> seen = new ArrayList<>();

        @Override
        public int lag() {
            return LAG;
        }

        @Override
        public int horizon() {
            return HORIZON;
        }

        @Override
        public int variates() {
            return 1;
        }

        @Override
        public double trainStep(float[] windows, int batch, OptimizerStep step) {
            seen.add(windows.clone());
            return 0;
        }

        @Override
        public void forecast(float[] lags, int batch, float[] out) {}

        @Override
        public List<NamedTensor> weights() {
            return List.of();
        }

        @Override
        public void setWeights(List<NamedTensor> weights) {}

        @Override
        public List<NamedTensor> trainingState() {
            return List.of();
        }

        @Override
        public void setTrainingState(List<NamedTensor> state) {}
    }
}
