package io.longwave.ssm.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Series without noise, and of short periods. */
class OnlinePatternsTest {
    private static final long STEP = 15_000_000_000L;
    private static final long START = 1_700_000_000_000_000_000L;
    private static final double ALARM = 0.9999;

    /** The last value is right as far ahead as a period is long, and at every multiple: no reason to take it elsewhere. */
    @ParameterizedTest
    @CsvSource({"2, 1", "3, 1", "4, 1", "5, 1", "7, 1", "8, 1", "10, 1", "12, 1", "15, 1", "16, 1", "24, 4", "32, 1", "64, 4", "6, 8",
            "20, 8",
            "48, 8", "60, 8"})
    void shortPeriodsAreForecastWithBandsThatHold(int period, double largestError) {
        SplittableRandom random = new SplittableRandom(period);
        double phase = random.nextDouble(2 * Math.PI);
        IntToDoubleFunction wave = i -> 50 + 10 * Math.sin(2 * Math.PI * i / period + phase)
                + 4 * Math.cos(4 * Math.PI * i / period) + 0.1 * random.nextGaussian();
        double[] values = new double[3000];
        for (int i = 0; i < values.length; i++) {
            values[i] = wave.applyAsDouble(i);
        }
        SeriesState state = new OnlineModel().newState();
        int inside = 0;
        int all = 0;
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            state.step(START + i * STEP, values[i]);
            if (i >= 1500 && i % 37 == 0 && i + 48 < values.length) {
                Outlook outlook = Objects.requireNonNull(state.forecast(48, new double[]{0.95}));
                for (int h = 0; h < 48; h++) {
                    double value = values[i + 1 + h];
                    inside += value >= outlook.lower()[0][h] && value <= outlook.upper()[0][h] ? 1 : 0;
                    sum += Math.abs(outlook.mean()[h] - value);
                    all++;
                }
            }
        }
        assertThat(sum / all).as("mean error").isLessThan(largestError);
        assertThat(inside / (double) all).as("of 0.95").isGreaterThan(0.85);
    }

    /** Of samples that were usual, the first outage was one of a kind; the second is still rare. */
    @ParameterizedTest
    @CsvSource({"1, 500", "10, 100", "10, 500", "40, 1000", "40, 2000", "300, 2000"})
    void theNextOutageIsFoundAsTheFirstOneWas(int length, int between) {
        SeriesState state = new OnlineModel().newState();
        int i = run(state, 0, 2000, 1);
        assertThat(peak(state, i, length, 0)).isGreaterThanOrEqualTo(ALARM);
        i = run(state, i + length, between, 1);
        assertThat(peak(state, i, length, 0)).isGreaterThanOrEqualTo(ALARM);
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 100, 200, 500, 2000})
    void aSpikeAfterAStepOfACalmSeriesIsFound(int after) {
        SeriesState state = new OnlineModel().newState();
        int i = run(state, 0, 500, 5);
        i = run(state, i, after, 6);
        Outlook outlook = Objects.requireNonNull(state.forecast(12, new double[]{0.95}));
        double score = peak(state, i, 1, 12);
        assertThat(outlook.mean()[11]).isBetween(5.9, 6.1);
        assertThat(outlook.lower()[0][11]).isGreaterThan(4);
        assertThat(outlook.upper()[0][11]).isLessThan(8);
        assertThat(score).isGreaterThanOrEqualTo(ALARM);
    }

    @Test
    void stepsThatAreUsualBecomeUsual() {
        SplittableRandom random = new SplittableRandom(1);
        SeriesState state = new OnlineModel().newState();
        double value = 3;
        int alarms = 0;
        for (int i = 0; i < 20_000; i++) {
            value = random.nextInt(50) == 0 ? random.nextInt(6) : value;
            Judgement judgement = state.step(START + i * STEP, value);
            alarms += i >= 5000 && judgement != null && judgement.score() >= ALARM ? 1 : 0;
        }
        assertThat(alarms).as("of 15,000 samples with 250 changes").isLessThan(20);
    }

    private static int run(SeriesState state, int from, int count, double value) {
        for (int i = from; i < from + count; i++) {
            state.step(START + i * STEP, value);
        }
        return from + count;
    }

    private static double peak(SeriesState state, int from, int count, double value) {
        double highest = 0;
        for (int i = from; i < from + count; i++) {
            Judgement judgement = state.step(START + i * STEP, value);
            highest = Math.max(highest, judgement == null ? 0 : judgement.score());
        }
        return highest;
    }
}
