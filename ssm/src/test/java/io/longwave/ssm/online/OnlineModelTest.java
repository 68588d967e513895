package io.longwave.ssm.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineModelTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final long START = 1_700_000_000_000_000_000L;
    private static final double[] LEVELS = {0.5, 0.8, 0.95};

    private final OnlineModel model = new OnlineModel();

    @Test
    void aWrittenStateIsAtMostTwoKibibytesAndNeverGrows() {
        SeriesState state = model.newState();
        assertThat(state.write()).hasSizeLessThanOrEqualTo(2048);
        for (Sample sample : irregularLoad(3, 5000)) {
            state.step(sample.time, sample.value);
        }
        assertThat(state.write()).hasSize(model.newState().write().length);
    }

    @Test
    void aStateReadBackAnywhereContinuesToTheSameBits() {
        Sample[] samples = irregularLoad(5, 1500);
        for (int split : new int[]{0, 1, 2, 23, 24, 25, 100, 777, 1499}) {
            SeriesState straight = model.newState();
            SeriesState broken = model.newState();
            for (int i = 0; i < samples.length; i++) {
                if (i == split) {
                    broken = model.readState(broken.write());
                }
                Judgement expected = straight.step(samples[i].time, samples[i].value);
                assertThat(broken.step(samples[i].time, samples[i].value)).isEqualTo(expected);
            }
            assertThat(broken.write()).isEqualTo(straight.write());
            assertSameOutlook(outlook(broken, 50), outlook(straight, 50));
        }
    }

    @Test
    void aCopyIsIndependent() {
        SeriesState state = model.newState();
        Sample[] samples = irregularLoad(6, 600);
        for (Sample sample : samples) {
            state.step(sample.time, sample.value);
        }
        byte[] before = state.write();
        SeriesState copy = state.copy();
        assertThat(copy.write()).isEqualTo(before);
        for (int i = 1; i < 300; i++) {
            copy.step(copy.lastTimeNanos() + MINUTE, i * 1e9);
        }
        assertThat(state.write()).isEqualTo(before);
    }

    @Test
    void aForecastLeavesTheStateAsItIs() {
        SeriesState state = model.newState();
        for (Sample sample : irregularLoad(7, 900)) {
            state.step(sample.time, sample.value);
        }
        byte[] before = state.write();
        state.forecast(720, LEVELS);
        assertThat(state.write()).isEqualTo(before);
    }

    @Test
    void givesNeitherJudgementNorForecastWhileItWarmsUp() {
        SeriesState state = model.newState();
        for (int i = 0; i < OnlineState.WARM_UP; i++) {
            assertThat(state.forecast(1, LEVELS)).isNull();
            assertThat(state.step(START + i * MINUTE, Math.sin(i))).isNull();
        }
        assertThat(state.forecast(1, LEVELS)).isNotNull();
        assertThat(state.step(START + OnlineState.WARM_UP * MINUTE, 0)).isNotNull();
        assertThat(state.samplesSeen()).isEqualTo(OnlineState.WARM_UP + 1);
        assertThat(state.lastTimeNanos()).isEqualTo(START + OnlineState.WARM_UP * MINUTE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e-30, 1, 1e30, 1e300})
    void everyScaleGivesTheSameScoresAndFiniteAnswers(double unit) {
        SeriesState one = model.newState();
        SeriesState scaled = model.newState();
        double factor = Math.scalb(1.0, Math.getExponent(unit)); // a power of two, so that not a bit may differ
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 1000; i++) {
            double value = random.nextGaussian() + Math.sin(i * 0.1);
            Judgement expected = one.step(START + i * MINUTE, value);
            Judgement actual = scaled.step(START + i * MINUTE, value * factor);
            if (expected != null && actual != null) {
                assertThat(actual.score()).isEqualTo(expected.score());
                assertThat(actual.predicted()).isEqualTo(expected.predicted() * factor);
            }
        }
        assertFinite(outlook(scaled, 720));
    }

    @Test
    void aJumpOverSixHundredDecadesStaysFiniteAndIsAdaptedTo() {
        SeriesState state = model.newState();
        SplittableRandom random = new SplittableRandom(12);
        for (int i = 0; i < 3000; i++) {
            double unit = i < 1000 ? 1e-300 : i < 2000 ? 1e300 : 1e-10;
            Judgement judgement = state.step(START + i * MINUTE, unit * random.nextGaussian());
            if (judgement != null) {
                assertThat(judgement.score()).isBetween(0.0, 1.0);
                assertThat(Double.isFinite(judgement.predicted())).isTrue();
                assertThat(judgement.lower()).isLessThanOrEqualTo(judgement.upper());
            }
            if (i % 100 == 99) {
                assertFinite(outlook(state, 256));
            }
        }
    }

    @Test
    void aConstantSeriesIsForecastAsThatConstantAndItsFirstChangeIsAnAnomaly() {
        SeriesState state = model.newState();
        for (int i = 0; i < 2000; i++) {
            Judgement judgement = state.step(START + i * MINUTE, 42.5);
            if (judgement != null) {
                assertThat(judgement).isEqualTo(new Judgement(42.5, 42.5, 42.5, 0));
            }
        }
        assertThat(outlook(state, 10).mean()).containsOnly(42.5);
        assertThat(state.step(START + 2000 * MINUTE, 43)).isNotNull().extracting(Judgement::score).satisfies(
                score -> assertThat((double) score).isGreaterThan(0.999));
    }

    @Test
    void refusesTimesThatDoNotIncreaseAndValuesThatAreNotFinite() {
        SeriesState state = model.newState();
        state.step(START, 1);
        assertThatThrownBy(() -> state.step(START, 2)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("later than");
        assertThatThrownBy(() -> state.step(START + 1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> state.forecast(0, LEVELS)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> model.readState(new byte[3])).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes but was 3");
        byte[] foreign = state.write();
        foreign[0] = 9;
        assertThatThrownBy(() -> model.readState(foreign)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("format mark");
    }

    @Test
    void theUsualDistanceSurvivesJitterGapsAndOutages() {
        SeriesState state = model.newState();
        SplittableRandom random = new SplittableRandom(13);
        long time = START;
        for (int i = 0; i < 500; i++) {
            time += i % 50 == 49 ? 20 * MINUTE : i == 333 ? 5000 * MINUTE : MINUTE + random.nextLong(-MINUTE / 20, MINUTE / 20);
            state.step(time, random.nextGaussian());
        }
        assertThat(outlook(state, 1).stepNanos()).isBetween(MINUTE - MINUTE / 20, MINUTE + MINUTE / 20);
    }

    private static Outlook outlook(SeriesState state, int horizon) {
        return Objects.requireNonNull(state.forecast(horizon, LEVELS));
    }

    private static void assertFinite(Outlook outlook) {
        assertThat(Arrays.stream(outlook.mean()).allMatch(Double::isFinite)).isTrue();
        for (int k = 0; k < outlook.lower().length; k++) {
            for (int h = 0; h < outlook.mean().length; h++) {
                assertThat(Double.isFinite(outlook.lower()[k][h]) && Double.isFinite(outlook.upper()[k][h])).isTrue();
                assertThat(outlook.lower()[k][h]).isLessThanOrEqualTo(outlook.mean()[h]);
                assertThat(outlook.upper()[k][h]).isGreaterThanOrEqualTo(outlook.mean()[h]);
            }
        }
    }

    private static void assertSameOutlook(Outlook actual, Outlook expected) {
        assertThat(actual.mean()).isEqualTo(expected.mean());
        assertThat(actual.lower()).isDeepEqualTo(expected.lower());
        assertThat(actual.upper()).isDeepEqualTo(expected.upper());
        assertThat(actual.achievedCoverage()).isEqualTo(expected.achievedCoverage());
    }

    record Sample(long time, double value) {}

    /** A daily load with noise, jitter, gaps, an outlier now and then and a level shift. */
    private static Sample[] irregularLoad(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        Sample[] samples = new Sample[count];
        long time = START;
        for (int i = 0; i < count; i++) {
            time += 5 * MINUTE + random.nextLong(0, MINUTE) + (random.nextInt(60) == 0 ? random.nextLong(0, 900) * MINUTE : 0);
            double phase = 2 * Math.PI * (time % (1440 * MINUTE)) / (1440.0 * MINUTE);
            double value = 100 + 30 * Math.sin(phase) + 3 * random.nextGaussian() + (i > count / 2 ? 80 : 0);
            samples[i] = new Sample(time, random.nextInt(100) == 0 ? value * 50 : value);
        }
        return samples;
    }
}
