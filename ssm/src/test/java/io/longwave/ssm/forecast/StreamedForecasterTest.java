package io.longwave.ssm.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.longwave.ssm.online.OnlineModel;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.train.ForecastError;
import io.longwave.train.ForecastTask;
import io.longwave.train.ForecastTask.Part;
import io.longwave.train.SeriesTable;
import io.longwave.train.Split;

class StreamedForecasterTest {
    private static final int ROWS = 600;
    private static final int HORIZON = 5;
    private static final Split SPLIT = new Split(400, 100, 100);
    private static final double[] NO_LEVELS = {};

    @Test
    void whatAStreamWouldHaveForecastAtEachWindowIsMeasured() {
        SeriesTable rows = wave(ROWS);
        ForecastTask task = new ForecastTask(rows, SPLIT, 24, HORIZON);
        double squares = 0;
        int values = 0;
        for (int end = 500; end + HORIZON <= ROWS; end++) {
            SeriesState state = new OnlineModel().newState();
            for (int i = 0; i < end; i++) {
                if (!Double.isNaN(rows.values()[0][i])) {
                    state.step(rows.timesNanos()[i], rows.values()[0][i]);
                }
            }
            double[] mean = Objects.requireNonNull(state.forecast(HORIZON, NO_LEVELS)).mean();
            for (int h = 0; h < HORIZON; h++) {
                double value = rows.values()[0][end + h];
                if (!Double.isNaN(value) && !Double.isNaN(rows.values()[0][end - 1])) {
                    squares += Math.pow((mean[h] - value) / task.scaler().std().getFirst(), 2);
                    values++;
                }
            }
        }
        ForecastError error = ForecastError.of(StreamedForecaster.of(new OnlineModel(), rows, task), task.windows(Part.TEST), 7);
        assertThat(error.mse()).isCloseTo(squares / values, within(1e-6));
        assertThat(error.windows()).isEqualTo(96);
        assertThat(values).isLessThan(96 * HORIZON);
    }

    @Test
    void beforeItForecastsTheLastValueStandsIn() {
        SeriesTable rows = wave(13);
        ForecastTask task = new ForecastTask(rows, new Split(8, 2, 3), 4, 2);
        float[] out = new float[4];
        float[] lags = {0, 0, 0, 7, 0, 0, 0, 8};
        StreamedForecaster.of(new OnlineModel(), rows, task).forecast(lags, 2, out);
        assertThat(out).containsExactly(7, 7, 8, 8);
    }

    private static SeriesTable wave(int rows) {
        SplittableRandom random = new SplittableRandom(3);
        double[] values = IntStream.range(0, rows).mapToDouble(i -> 5 + Math.sin(i / 6.0) + 0.05 * random.nextGaussian()).toArray();
        if (rows == ROWS) {
            Arrays.fill(values, 540, 544, Double.NaN);
        }
        long[] times = IntStream.range(0, rows).mapToLong(i -> i * 60_000_000_000L).toArray();
        return new SeriesTable(List.of("x"), List.of("x"), times, new double[][]{values}, "00");
    }
}
