package io.longwave.ssm.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.longwave.ssm.conformal.HorizonBands;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineForecastTest {
    private static final long STEP = 300_000_000_000L;
    private static final long START = 1_700_000_000_000_000_000L;
    private static final double[] LEVELS = {0.9};

    @Test
    void aDailyLoadIsForecastFarBetterThanByRepeatingTheLastValue() {
        double[] load = daily(288 * 14);
        SeriesState state = new OnlineModel().newState();
        double[] online = new double[3];
        double[] repeatLast = new double[3];
        int[] horizons = {24, 96, 288};
        for (int i = 0; i + 288 < load.length; i++) {
            state.step(START + i * STEP, load[i]);
            if (i > 288 * 5 && i % 20 == 0) {
                double[] mean = outlook(state, 288).mean();
                for (int j = 0; j < 3; j++) {
                    online[j] += Math.abs(mean[horizons[j] - 1] - load[i + horizons[j]]);
                    repeatLast[j] += Math.abs(load[i] - load[i + horizons[j]]);
                }
            }
        }
        assertThat(online[0]).isLessThan(0.5 * repeatLast[0]);
        assertThat(online[1]).isLessThan(0.25 * repeatLast[1]);
        // a whole day ahead the last value errs by noise only; the forecast has seen few days and may err by a little more
        assertThat(online[2]).isLessThan(1.25 * repeatLast[2]);
    }

    @ParameterizedTest
    @CsvSource({"weekdays, 24, 0", "hours from 8 to 18, 1, 0", "weekdays, 24, 60", "hours from 8 to 18, 1, 0.3",
            "hours from 8 to 18, 1, 60"})
    void daysAndHoursWithoutSamplesAreForecastWhereTheTrendIs(String when, int hours, double jitterSeconds) {
        long hour = 3_600_000_000_000L;
        long midnight = START - Math.floorMod(START, 24 * hour);
        SplittableRandom random = new SplittableRandom(23);
        SeriesState state = new OnlineModel().newState();
        boolean weekdays = when.equals("weekdays");
        long time = midnight;
        double value = 0;
        boolean silent = false;
        for (int n = 0; n < 60 * 24 / hours || !silent; n++) {
            time = midnight + n * hours * hour;
            long day = Math.floorMod(Math.floorDiv(time, 24 * hour) + 4, 7); // the epoch began on a Thursday; 0 is a Sunday
            long hourOfDay = Math.floorMod(time, 24 * hour) / hour;
            silent = weekdays ? day == 6 : hourOfDay == 19;
            if (weekdays ? day != 0 && day != 6 : hourOfDay >= 8 && hourOfDay <= 18) {
                value = 100 + (weekdays ? 1.0 : 0.1) * n + 0.05 * random.nextGaussian();
                state.step(time + (long) (jitterSeconds * 1e9 * random.nextDouble()), value);
            }
        }
        for (double mean : outlook(state, weekdays ? 3 : 14).mean()) {
            assertThat(mean).isCloseTo(value, within(5.0));
        }
        Judgement onASilentDay = Objects.requireNonNull(state.step(time, value));
        assertThat(onASilentDay.predicted()).isCloseTo(value, within(5.0));
    }

    /** Regular gaps are filled by the model's own predictions, which must not run away. */
    @ParameterizedTest
    @CsvSource({"60, 11, 13", "30, 18, 30", "5, 264, 24", "1, 30, 30", "1440, 5, 2", "10, 50, 20"})
    void regularGapsMakeNothingRunAway(int minutes, int on, int off) {
        for (int seed = 0; seed < 12; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            double noise = Math.pow(10, -2 + 2 * random.nextDouble());
            SeriesState state = new OnlineModel().newState();
            double largest = 0;
            int samples = 0;
            for (int n = 0; samples < 5000; n++) {
                if (n % (on + off) < on) {
                    samples++;
                    double value = noise * random.nextGaussian() + switch (seed % 3) {
                        case 0 -> 0.1 * n;
                        case 1 -> 0.05 * n + 2 * Math.sin(n / 9.0);
                        default -> n % 97 * 0.1;
                    };
                    largest = Math.max(largest, Math.abs(value));
                    Judgement judgement = state.step(START + n * minutes * 60_000_000_000L, value);
                    if (judgement != null) {
                        assertThat(Math.abs(judgement.predicted())).as("seed %d, sample %d", seed, samples)
                                .isLessThan(100 * (largest + 10));
                    }
                }
            }
        }
    }

    @Test
    void aRandomWalkIsForecastAboutAsWellAsByItsLastValue() {
        SplittableRandom random = new SplittableRandom(21);
        double[] walk = new double[6000];
        for (int i = 1; i < walk.length; i++) {
            walk[i] = walk[i - 1] + random.nextGaussian();
        }
        SeriesState state = new OnlineModel().newState();
        double online = 0;
        double repeatLast = 0;
        for (int i = 0; i + 16 < walk.length; i++) {
            state.step(START + i * STEP, walk[i]);
            if (i > 500) {
                online += Math.abs(outlook(state, 16).mean()[15] - walk[i + 16]);
                repeatLast += Math.abs(walk[i] - walk[i + 16]);
            }
        }
        assertThat(online).isLessThan(1.05 * repeatLast);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void aFanOfSevenHundredTwentyStepsNeverLeavesWhatTheSeriesCouldDo(int kind) {
        SplittableRandom random = new SplittableRandom(22);
        IntToDoubleFunction signal = switch (kind) {
            case 0 -> i -> i % 2 == 0 ? 1 : -1;
            case 1 -> i -> Math.sin(0.05 * i) * (1 + 0.001 * i);
            case 2 -> i -> random.nextInt(40) == 0 ? 1000 : 0;
            case 3 -> i -> (i / 200 % 2) * 10 + random.nextGaussian();
            case 4 -> i -> 0.5 * i;
            default -> i -> Math.exp(Math.min(i, 1500) * 0.01);
        };
        SeriesState state = new OnlineModel().newState();
        double least = Double.MAX_VALUE;
        double most = -Double.MAX_VALUE;
        for (int i = 0; i < 2500; i++) {
            double value = signal.applyAsDouble(i);
            least = Math.min(least, value);
            most = Math.max(most, value);
            state.step(START + i * STEP, value);
            if (i % 50 == 30) {
                double reach = 3 * (most - least);
                for (double mean : outlook(state, 720).mean()) {
                    assertThat(mean).as("after %d samples", i).isBetween(least - reach, most + reach);
                }
            }
        }
    }

    @Test
    void oneWildSampleIsFlaggedAndForgotten() {
        SplittableRandom random = new SplittableRandom(23);
        SeriesState state = new OnlineModel().newState();
        for (int i = 0; i < 3000; i++) {
            state.step(START + i * STEP, 50 + random.nextGaussian());
        }
        Outlook before = outlook(state, 64);
        Judgement wild = Objects.requireNonNull(state.step(START + 3000 * STEP, 1e6));
        assertThat(wild.score()).isGreaterThan(0.9999);
        state.step(START + 3001 * STEP, 50);
        state.step(START + 3002 * STEP, 50);
        Outlook after = outlook(state, 64);
        for (int h = 0; h < 64; h++) {
            assertThat(after.mean()[h]).isCloseTo(before.mean()[h], within(1.5)); // the noise has deviation 1
            assertThat(after.upper()[0][h] - after.lower()[0][h]).isLessThan(1.3 * (before.upper()[0][h] - before.lower()[0][h]));
        }
    }

    @Test
    void aLevelShiftIsFlaggedAndThenBecomesNormal() {
        SplittableRandom random = new SplittableRandom(24);
        SeriesState state = new OnlineModel().newState();
        int alarmsLater = 0;
        double highest = 0;
        for (int i = 0; i < 4000; i++) {
            Judgement judgement = state.step(START + i * STEP, (i < 3000 ? 0 : 40) + random.nextGaussian());
            if (judgement != null && i >= 3000 && i < 3005) {
                highest = Math.max(highest, judgement.score());
            }
            if (judgement != null && i >= 3300) {
                alarmsLater += judgement.score() > 0.999 ? 1 : 0;
            }
        }
        assertThat(highest).isGreaterThan(0.9999);
        assertThat(alarmsLater).isLessThan(10);
        assertThat(outlook(state, 16).mean()[15]).isCloseTo(40, within(2.0));
    }

    @Test
    void aGapIsBridgedWithoutAFalseAlarmStorm() {
        double[] load = daily(288 * 12);
        SeriesState state = new OnlineModel().newState();
        int alarms = 0;
        for (int i = 0; i < load.length; i++) {
            boolean shortGap = i % 500 > 480;
            boolean longGap = i > 288 * 8 && i < 288 * 9;
            if (!shortGap && !longGap) {
                Judgement judgement = state.step(START + i * STEP, load[i]);
                alarms += judgement != null && i > 1000 && judgement.score() > 0.999 ? 1 : 0;
            }
        }
        assertThat(alarms).isLessThan(12); // 2,200 judged: 2 expected, 7 gaps
    }

    /** Heap of a state on a 64-bit VM with compressed references: header 12 bytes, of an array 16, everything rounded up to 8. */
    @Test
    void aStateTakesLittleMoreThanThreeKibibytesOfHeap() throws IllegalAccessException {
        SeriesState state = new OnlineModel().newState();
        for (int i = 0; i < 1000; i++) {
            state.step(START + i * STEP, Math.sin(i));
        }
        assertThat(heapBytes(state)).isBetween(1000L, 3100L);
    }

    private static long heapBytes(Object root) throws IllegalAccessException {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>();
        open.add(root);
        long bytes = 0;
        while (!open.isEmpty()) {
            Object object = open.pop();
            boolean sharedByAllStates = object instanceof Enum<?> || object instanceof HorizonBands.Anchors;
            if (sharedByAllStates || !seen.add(object)) {
                continue;
            }
            Class<?> type = object.getClass();
            if (type.isArray()) {
                Class<?> of = type.getComponentType();
                int length = Array.getLength(object);
                bytes += rounded(16 + (long) size(of) * length);
                for (int i = 0; !of.isPrimitive() && i < length; i++) {
                    open.add(Array.get(object, i));
                }
                continue;
            }
            long size = 12;
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    size += size(field.getType());
                    if (!field.getType().isPrimitive()) {
                        field.setAccessible(true);
                        open.add(field.get(object));
                    }
                }
            }
            bytes += rounded(size);
        }
        return bytes;
    }

    private static int size(Class<?> type) {
        if (type == long.class || type == double.class) {
            return 8;
        }
        return type == boolean.class || type == byte.class ? 1 : 4;
    }

    private static long rounded(long bytes) {
        return (bytes + 7) / 8 * 8;
    }

    private static double[] daily(int count) {
        SplittableRandom random = new SplittableRandom(20);
        double[] load = new double[count];
        for (int i = 0; i < count; i++) {
            load[i] = 200 + 50 * Math.sin(2 * Math.PI * i / 288) + 20 * Math.cos(4 * Math.PI * i / 288) + 4 * random.nextGaussian();
        }
        return load;
    }

    private static Outlook outlook(SeriesState state, int horizon) {
        return Objects.requireNonNull(state.forecast(horizon, LEVELS));
    }
}
