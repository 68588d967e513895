package io.longwave.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.longwave.train.ForecastTask.Part;
import io.longwave.train.TrainableModel.NamedTensor;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class MeanPathForecasterTest {

    private static final ForecasterFamily FAMILY = MeanPathForecaster.family(new LinearForecaster.Family());

    private final ForecastTask task = new ForecastTask(BaselineTest.noisyWave(300, 2), new Split(180, 60, 60), 12, 5);

    @Test
    void thePathIsTheMeanDistanceOfTheFutureFromTheMeanOfTheLag() {
        Windows train = task.windows(Part.TRAIN);
        MeanPathForecaster model = new MeanPathForecaster(new LinearForecaster(12, 5, 2, 0, 1));
        model.prepare(train);
        float[] path = path(model);
        for (int h = 0; h < 5; h++) {
            for (int v = 0; v < 2; v++) {
                double sum = 0;
                for (int w = 0; w < train.count(); w++) {
                    double mean = 0;
                    for (int l = 0; l < 12; l++) {
                        mean += train.value(w, l, v) / 12.0;
                    }
                    sum += train.value(w, 12 + h, v) - mean;
                }
                assertThat((double) path[h * 2 + v]).isEqualTo(sum / train.count(), within(1e-6));
            }
        }
    }

    @Test
    void aRampIsForecastByThePathAlone() {
        double[] ramp = LongStream.range(0, 300).asDoubleStream().toArray();
        SeriesTable table = new SeriesTable(List.of("x"), List.of("x"), LongStream.range(0, 300).map(i -> i * 1_000_000_000).toArray(),
                new double[][]{ramp}, "");
        ForecastTask rising = new ForecastTask(table, new Split(180, 60, 60), 12, 5);
        MeanPathForecaster model = new MeanPathForecaster(new WindowMeanOnly());
        model.prepare(rising.windows(Part.TRAIN));
        assertThat(ForecastError.of(model::forecast, rising.windows(Part.TEST), 7).mae()).isLessThan(1e-5); // 32-bit values of up to 3
    }

    @Test
    void theInnerModelLearnsWhatDiffersFromThePath() {
        LinearForecaster inner = new LinearForecaster(12, 5, 2, 0, 1);
        LinearForecaster twin = new LinearForecaster(12, 5, 2, 0, 1);
        MeanPathForecaster model = new MeanPathForecaster(inner);
        model.prepare(task.windows(Part.TRAIN));
        float[] path = path(model);
        float[] window = new float[17 * 2];
        task.windows(Part.TRAIN).copyWindow(3, window, 0);
        float[] before = window.clone();
        var step = new TrainableModel.OptimizerStep(0.01, 0);
        double loss = model.trainStep(window, 1, step);
        assertThat(window).as("the batch stays as it was").containsExactly(before);
        for (int i = 0; i < path.length; i++) {
            window[24 + i] -= path[i];
        }
        assertThat(loss).isEqualTo(twin.trainStep(window, 1, step));
        assertThat(inner.weights().getFirst().values()).containsExactly(twin.weights().getFirst().values());
    }

    @Test
    void thePathIsStoredWithTheWeights() {
        ObjectNode config = FAMILY.defaultConfig(12, 5, 2);
        TrainableForecaster model = FAMILY.create(config, 1);
        model.prepare(task.windows(Part.TRAIN));
        TrainableForecaster copy = FAMILY.create(config, 2);
        copy.setWeights(model.weights());
        assertThat(ForecastError.of(copy::forecast, task.windows(Part.TEST), 7))
                .isEqualTo(ForecastError.of(model::forecast, task.windows(Part.TEST), 7));
        List<NamedTensor> without = model.weights().subList(0, 2);
        assertThatThrownBy(() -> copy.setWeights(without)).hasMessage("expected a tensor 'output.mean_path' but found [map, offset]");
    }

    @Test
    void copiesItsWeightsIntoArraysOfBefore() {
        MeanPathForecaster model = new MeanPathForecaster(ScaleAugmentedForecaster.family(new LinearForecaster.Family(), 0.5)
                .create(ScaleAugmentedForecaster.family(new LinearForecaster.Family(), 0.5).defaultConfig(12, 5, 2), 1));
        List<NamedTensor> copy = model.weights();
        model.prepare(task.windows(Part.TRAIN));
        float[] window = new float[17 * 2];
        task.windows(Part.TRAIN).copyWindow(3, window, 0);
        model.trainStep(window, 1, new TrainableModel.OptimizerStep(0.01, 0));
        model.copyWeights(copy);
        List<NamedTensor> now = model.weights();
        for (int t = 0; t < now.size(); t++) {
            assertThat(copy.get(t).values()).containsExactly(now.get(t).values());
        }
    }

    @Test
    void canBeSwitchedOffAndSaysWhenItsSettingIsMissing() {
        ObjectNode config = FAMILY.defaultConfig(12, 5, 2);
        assertThat(FAMILY.create(config.deepCopy().put("meanPath", false), 1)).isInstanceOf(LinearForecaster.class);
        ObjectNode old = JsonMapper.shared().createObjectNode().put("lag", 12);
        assertThatThrownBy(() -> FAMILY.create(old, 1)).hasMessage("setting meanPath of linear: expected true or false but was nothing");
    }

    private static float[] path(TrainableForecaster model) {
        return model.weights().getLast().values();
    }

    /** Forecasts the mean of the lag. */
    private static final class WindowMeanOnly implements TrainableForecaster {
        @Override
        public int lag() {
            return 12;
        }

        @Override
        public int horizon() {
            return 5;
        }

        @Override
        public int variates() {
            return 1;
        }

        @Override
        public double trainStep(float[] windows, int batch, OptimizerStep step) {
            return 0;
        }

        @Override
        public void forecast(float[] lags, int batch, float[] out) {
            Baseline.windowMean(12, 5, 1).forecast(lags, batch, out);
        }

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
