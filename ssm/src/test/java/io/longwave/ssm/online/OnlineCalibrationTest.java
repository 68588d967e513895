package io.longwave.ssm.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scores are false-alarm rates and bands hold what they promise, whatever the noise. */
class OnlineCalibrationTest {
    private static final long STEP = 300_000_000_000L;
    private static final long START = 1_700_000_000_000_000_000L;
    private static final int SERIES = 12;
    private static final int LENGTH = 6000;
    private static final int SETTLED = 1000;

    enum Signal {
        GAUSSIAN, LAPLACE, HEAVY_TAILED, DAILY, RANDOM_WALK, AUTOREGRESSIVE, COUNTS, SPIKES;

        double[] values(long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            double[] values = new double[LENGTH];
            double before = 0;
            for (int i = 0; i < LENGTH; i++) {
                before = switch (this) {
                    case GAUSSIAN -> random.nextGaussian();
                    case LAPLACE -> laplace(random);
                    case HEAVY_TAILED -> random.nextGaussian() / Math.sqrt(chiSquared(random, 3) / 3); // Student, 3 degrees of freedom
                    case DAILY -> 100 + 30 * Math.sin(2 * Math.PI * i / 288) + 3 * random.nextGaussian();
                    case RANDOM_WALK -> before + random.nextGaussian();
                    case AUTOREGRESSIVE -> 0.8 * before + random.nextGaussian();
                    case COUNTS -> poisson(random, 3);
                    case SPIKES -> random.nextGaussian() + (random.nextInt(66) == 0 ? 50 : 0);
                };
                values[i] = before;
            }
            return values;
        }
    }

    /**
     * 60,000 samples are judged. Independent scores would meet 0.01 within 4 % (one standard deviation); they depend on their neighbours over about ten
     * samples, so about 13 %, and the bounds are some three of those. Alarms at 0.999 number 60: bounds at half and twice. At 0.9999, 6: one in a
     * thousand would be 60.
     */
    @ParameterizedTest
    @EnumSource(Signal.class)
    void aThresholdRaisesFalseAlarmsAtTheRateItStates(Signal signal) {
        int[] alarms = new int[4];
        int judged = 0;
        for (int series = 0; series < SERIES; series++) {
            SeriesState state = new OnlineModel().newState();
            double[] values = signal.values(1000 + series);
            for (int i = 0; i < LENGTH; i++) {
                Judgement judgement = state.step(START + i * STEP, values[i]);
                if (i >= SETTLED && judgement != null) {
                    judged++;
                    alarms[0] += judgement.score() >= 0.9 ? 1 : 0;
                    alarms[1] += judgement.score() >= 0.99 ? 1 : 0;
                    alarms[2] += judgement.score() >= 0.999 ? 1 : 0;
                    alarms[3] += judgement.score() >= 0.9999 ? 1 : 0;
                }
            }
        }
        assertThat(alarms[0] / (double) judged).as("at 0.9").isBetween(0.085, 0.115);
        assertThat(alarms[1] / (double) judged).as("at 0.99").isBetween(0.006, 0.014);
        // spikes of 50 deviations on every 66th sample are the largest values there are: no sample is rarer than they
        assertThat(alarms[2] / (double) judged).as("at 0.999").isBetween(signal == Signal.SPIKES ? 0 : 0.0005, 0.002);
        assertThat(alarms[3] / (double) judged).as("at 0.9999").isLessThan(0.0005);
    }

    /** 2,400 windows, but those of one series overlap: at h = 64 some 80 are independent in each of 12, so a deviation of 0.01 to 0.02. */
    @ParameterizedTest
    @EnumSource(Signal.class)
    void bandsHoldTheShareOfFutureValuesTheyPromise(Signal signal) {
        double[] levels = {0.5, 0.9};
        int[] horizons = {1, 4, 10, 64};
        int[][] inside = new int[levels.length][horizons.length];
        int issued = 0;
        for (int series = 0; series < SERIES; series++) {
            SeriesState state = new OnlineModel().newState();
            double[] values = signal.values(2000 + series);
            for (int i = 0; i + 64 < LENGTH; i++) {
                state.step(START + i * STEP, values[i]);
                if (i >= SETTLED && i % 25 == 0) {
                    Outlook outlook = Objects.requireNonNull(state.forecast(64, levels));
                    issued++;
                    for (int k = 0; k < levels.length; k++) {
                        for (int j = 0; j < horizons.length; j++) {
                            double value = values[i + horizons[j]];
                            boolean in = value >= outlook.lower()[k][horizons[j] - 1] && value <= outlook.upper()[k][horizons[j] - 1];
                            inside[k][j] += in ? 1 : 0;
                        }
                    }
                }
            }
        }
        for (int j = 0; j < horizons.length; j++) {
            assertThat(inside[0][j] / (double) issued).as("level 0.5, h = %d", horizons[j]).isBetween(0.42, 0.66);
            assertThat(inside[1][j] / (double) issued).as("level 0.9, h = %d", horizons[j]).isBetween(0.85, 0.985);
        }
    }

    @Test
    void measuredCoverageIsServedWithTheForecast() {
        SeriesState state = new OnlineModel().newState();
        double[] values = Signal.LAPLACE.values(7);
        for (int i = 0; i < LENGTH; i++) {
            state.step(START + i * STEP, values[i]);
        }
        double[] achieved = Objects.requireNonNull(state.forecast(1, new double[]{0.5, 0.85, 0.9, 0.99})).achievedCoverage();
        // about 2000 samples are remembered: one standard deviation is 0.011 at 0.5
        assertThat(achieved[0]).isBetween(0.45, 0.55);
        assertThat(achieved[1]).isBetween(0.82, 0.88);
        assertThat(achieved[2]).isBetween(0.87, 0.93);
        assertThat(achieved[3]).isBetween(0.98, 1.0);
    }

    private static double laplace(SplittableRandom random) {
        double u = random.nextDouble() - 0.5;
        return -Math.signum(u) * Math.log(1 - 2 * Math.abs(u));
    }

    private static double chiSquared(SplittableRandom random, int degrees) {
        double sum = 0;
        for (int i = 0; i < degrees; i++) {
            double z = random.nextGaussian();
            sum += z * z;
        }
        return sum;
    }

    private static int poisson(SplittableRandom random, double mean) {
        double limit = Math.exp(-mean);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }
}
