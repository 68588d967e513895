package io.longwave.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.longwave.train.ForecastTask.Part;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaselineTest {

    /** The tables give four decimals. */
    private static final double ROUNDING = 0.5e-4 + 1e-9;

    @Test
    void forecastsColumnByColumn() {
        float[] lags = {1, 10, 2, 20, 3, 30, 4, 40}; // [1, 4, 2]
        assertThat(forecast(Baseline.repeatLast(4, 3, 2), lags, 6)).containsExactly(4, 40, 4, 40, 4, 40);
        assertThat(forecast(Baseline.seasonalRepeat(2, 4, 3, 2), lags, 6)).containsExactly(3, 30, 4, 40, 3, 30);
        assertThat(forecast(Baseline.windowMean(4, 2, 2), lags, 4)).containsExactly(2.5f, 25, 2.5f, 25);
        assertThatThrownBy(() -> Baseline.seasonalRepeat(5, 4, 3, 2)).hasMessage("expected a period between 1 and the lag 4 but was 5");
    }

    @Test
    void theErrorIsTheExactMeanWhateverTheBatch() {
        ForecastTask task = new ForecastTask(noisyWave(200, 2), new Split(120, 40, 40), 24, 7);
        Baseline baseline = Baseline.repeatLast(24, 7, 2);
        ForecastError whole = ForecastError.of(baseline, task.windows(Part.TEST), 1000);
        ForecastError pieces = ForecastError.of(baseline, task.windows(Part.TEST), 9); // 34 windows: the last batch holds 7
        assertThat(whole.windows()).isEqualTo(34);
        assertThat(pieces.mse()).isEqualTo(whole.mse(), within(1e-14));
        assertThat(pieces.mae()).isEqualTo(whole.mae(), within(1e-14));
    }

    @Test
    void ridgeEqualsTheNormalEquationsSolvedTheLongWay() {
        int lag = 6;
        int horizon = 3;
        ForecastTask task = new ForecastTask(noisyWave(300, 2), new Split(180, 60, 60), lag, horizon);
        RidgeForecaster ridge = RidgeForecaster.fit(task);
        for (int v = 0; v < 2; v++) {
            double[][] map = ridgeTheLongWay(task.windows(Part.TRAIN), v, ridge.penalties()[v]);
            float[] window = new float[(lag + horizon) * 2];
            task.windows(Part.TEST).copyWindow(11, window, 0);
            float[] lags = new float[lag * 2];
            task.windows(Part.TEST).copyLag(11, lags, 0);
            float[] out = forecast(ridge, lags, horizon * 2);
            for (int h = 0; h < horizon; h++) {
                double expected = window[(lag - 1) * 2 + v];
                for (int l = 0; l < lag; l++) {
                    expected += map[l][h] * (window[l * 2 + v] - window[(lag - 1) * 2 + v]);
                }
                assertThat((double) out[h * 2 + v]).isEqualTo(expected, within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"96,0.0752,0.2129,0.0693,0.2033,0.0715,0.2105,0.0538,0.1762", "192,0.0812,0.2237,0.0920,0.2357,0.0916,0.2368,0.0711,0.2044",
            "336,0.0843,0.2301,0.1133,0.2652,0.1108,0.2634,0.0860,0.2318", "720,0.1105,0.2632,0.1292,0.2834,0.1252,0.2796,0.1041,0.2530"})
    void reproducesTheMeasuredTableOfEtth1(int horizon, double meanMse, double meanMae, double lastMse, double lastMae, double seasonalMse,
            double seasonalMae, double ridgeMse, double ridgeMae) {
        ForecastTask task = task("ett/ETTh1.csv", horizon, SeriesCsv.Selection.of("OT"));
        requireError(Baseline.windowMean(336, horizon, 1), task, meanMse, meanMae);
        requireError(Baseline.repeatLast(336, horizon, 1), task, lastMse, lastMae);
        requireError(Baseline.seasonalRepeat(task.seasonalPeriod(), 336, horizon, 1), task, seasonalMse, seasonalMae);
        requireError(RidgeForecaster.fit(task), task, ridgeMse, ridgeMae);
    }

    @ParameterizedTest
    @CsvSource({"ett/ETTh1.csv,96,1.2944,0.7132,0.5122,0.4333", "ett/ETTh1.csv,336,1.3299,0.7460,0.6499,0.5008",
            "ett/ETTm1.csv.gz,96,1.2139,0.6648,0.4227,0.3865", "weather/weather.csv.gz,96,0.2591,0.2542,0.3167,0.2880"})
    void reproducesTheMeasuredTablesOfAllColumns(String file, int horizon, double lastMse, double lastMae, double seasonalMse,
            double seasonalMae) {
        ForecastTask task = task(file, horizon, SeriesCsv.Selection.all());
        int variates = task.variates();
        requireError(Baseline.repeatLast(336, horizon, variates), task, lastMse, lastMae);
        requireError(Baseline.seasonalRepeat(task.seasonalPeriod(), 336, horizon, variates), task, seasonalMse, seasonalMae);
    }

    @ParameterizedTest
    @CsvSource({"96,0.0811,0.1964", "336,0.3057,0.3978"})
    void reproducesRepeatLastOfTheExchangeRates(int horizon, double mse, double mae) {
        ForecastTask task = task("exchange_rate/exchange_rate.csv", horizon, SeriesCsv.Selection.all());
        requireError(Baseline.repeatLast(336, horizon, task.variates()), task, mse, mae);
    }

    private static void requireError(Baseline baseline, ForecastTask task, double mse, double mae) {
        ForecastError error = ForecastError.of(baseline, task.windows(Part.TEST), 64);
        assertThat(error.mse()).as("%s MSE", baseline.name()).isEqualTo(mse, within(ROUNDING));
        assertThat(error.mae()).as("%s MAE", baseline.name()).isEqualTo(mae, within(ROUNDING));
    }

    private static ForecastTask task(String file, int horizon, SeriesCsv.Selection selection) {
        SeriesTable table = SeriesCsv.read(PublicData.file(file), selection);
        return new ForecastTask(table, Split.conventional(table), 336, horizon);
    }

    private static float[] forecast(Baseline baseline, float[] lags, int size) {
        float[] out = new float[size];
        baseline.forecast(lags, 1, out);
        return out;
    }

    /** Sums over every window, then Gauss and Jordan. */
    private static double[][] ridgeTheLongWay(Windows windows, int variate, double penalty) {
        int lag = windows.lag();
        int horizon = windows.horizon();
        double[][] system = new double[lag][lag + horizon];
        for (int i = 0; i < lag; i++) {
            for (int j = 0; j < lag + horizon; j++) {
                for (int w = 0; w < windows.count(); w++) {
                    double last = windows.value(w, lag - 1, variate);
                    system[i][j] += (windows.value(w, i, variate) - last) * (windows.value(w, j, variate) - last);
                }
            }
            system[i][i] += penalty;
        }
        for (int pivot = 0; pivot < lag; pivot++) {
            double scale = system[pivot][pivot];
            for (int j = 0; j < lag + horizon; j++) {
                system[pivot][j] /= scale;
            }
            for (int i = 0; i < lag; i++) {
                double factor = system[i][pivot];
                for (int j = 0; i != pivot && j < lag + horizon; j++) {
                    system[i][j] -= factor * system[pivot][j];
                }
            }
        }
        double[][] map = new double[lag][];
        for (int i = 0; i < lag; i++) {
            map[i] = Arrays.copyOfRange(system[i], lag, lag + horizon);
        }
        return map;
    }

    static SeriesTable noisyWave(int rows, int variates) {
        SplittableRandom random = new SplittableRandom(7);
        double[][] values = new double[variates][rows];
        for (int v = 0; v < variates; v++) {
            for (int i = 0; i < rows; i++) {
                values[v][i] = Math.sin(2 * Math.PI * i / 24 + v) + 0.1 * random.nextGaussian();
            }
        }
        List<String> names = IntStream.range(0, variates).mapToObj(v -> "x" + v).toList();
        return new SeriesTable(names, names, LongStream.range(0, rows).map(i -> i * 3_600_000_000_000L).toArray(), values, "");
    }
}
