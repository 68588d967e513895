package io.longwave.standalone.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.standalone.sample.SampleSignal.Fault;
import io.longwave.standalone.sample.SampleSignal.Loop;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SampleSignalTest {

    static Stream<SampleSignal> signals() {
        return SampleSignal.all(7).stream();
    }

    @ParameterizedTest
    @MethodSource("signals")
    void theSameSeedAndLoopGiveTheSameSamples(SampleSignal signal) {
        SampleSignal again = SampleSignal.all(7).stream().filter(one -> one.measurement().equals(signal.measurement())).findFirst()
                .orElseThrow();
        assertThat(again.loop(3).values()).isDeepEqualTo(signal.loop(3).values());
        assertThat(again.loop(3).faults()).isEqualTo(signal.loop(3).faults());
    }

    @ParameterizedTest
    @MethodSource("signals")
    void loopsDifferFromOneAnother(SampleSignal signal) {
        assertThat(signal.loop(1).values()[0]).isNotEqualTo(signal.loop(0).values()[0]);
        assertThat(signal.loop(1).faults()).isNotEqualTo(signal.loop(0).faults());
    }

    @ParameterizedTest
    @MethodSource("signals")
    void everyValueIsFiniteAndEveryFaultLiesInItsLoop(SampleSignal signal) {
        for (long number = 0; number < 5; number++) {
            Loop loop = signal.loop(number);
            assertThat(loop.values()).hasDimensions(signal.fields().size(), signal.loopLength());
            assertThat(Arrays.stream(loop.values()).flatMapToDouble(Arrays::stream)).allMatch(Double::isFinite);
            assertThat(loop.faults()).isNotEmpty().allSatisfy(fault -> {
                assertThat(fault.last()).isLessThan(signal.loopLength());
                assertThat(signal.fields()).containsAll(fault.fields());
            });
        }
    }

    @ParameterizedTest
    @MethodSource("signals")
    void loopsJoinWithoutAJumpBeyondTheirOwnSteps(SampleSignal signal) {
        double[][] first = signal.loop(0).values();
        double[][] second = signal.loop(1).values();
        for (int f = 0; f < first.length; f++) {
            double[] values = first[f];
            double largest = IntStream.range(1, values.length).mapToDouble(i -> Math.abs(values[i] - values[i - 1])).max().orElseThrow();
            assertThat(Math.abs(second[f][0] - values[values.length - 1])).as(signal.fields().get(f)).isLessThanOrEqualTo(largest);
        }
    }

    @Test
    void theHeartBeatsSixtySixTimesAMinuteOutsideItsFaults() {
        EcgSignal ecg = new EcgSignal(7);
        double[] mv = ecg.loop(0).values()[0];
        int calm = 60 * EcgSignal.RATE; // no fault in the first 70 s
        long beats = IntStream.range(1, calm).filter(i -> mv[i] > 0.7 && mv[i] >= mv[i - 1] && mv[i] > mv[i + 1]).count();
        assertThat(beats).isBetween(63L, 69L);
    }

    @Test
    void aPauseHasNoBeatForAlmostTwoSecondsAndAnEctopicBeatIsTallerThanTheOthers() {
        EcgSignal ecg = new EcgSignal(7);
        Loop loop = ecg.loop(0);
        double[] mv = loop.values()[0];
        double normal = Arrays.stream(mv, 0, 60 * EcgSignal.RATE).max().orElseThrow();
        assertThat(of(loop, "ectopic-beat")).hasSize(2).allSatisfy(beat -> assertThat(max(mv, beat)).isGreaterThan(1.3 * normal));
        assertThat(of(loop, "pause")).hasSize(2)
                .allSatisfy(pause -> assertThat(pause.last() - pause.first()).isGreaterThan((int) (1.8 * EcgSignal.RATE)));
    }

    @Test
    void theWeekEndNeedsLessThanAWorkingDay() {
        double[] kw = new LoadSignal(7).loop(0).values()[0];
        assertThat(mean(kw, i -> i / 240 == 5)).isLessThan(0.9 * mean(kw, i -> i / 240 == 2));
    }

    @Test
    void anOutageAndASurgeShowInTheLoad() {
        Loop loop = new LoadSignal(7).loop(0);
        double[] kw = loop.values()[0];
        Fault outage = of(loop, "outage").getFirst();
        Fault surge = of(loop, "surge").getFirst();
        assertThat(mean(kw, i -> i >= outage.first() && i <= outage.last())).isLessThan(0.5 * kw[outage.first() - 1]);
        assertThat(mean(kw, i -> i >= surge.first() && i <= surge.last())).isGreaterThan(1.4 * kw[surge.first() - 1]);
    }

    @Test
    void theSensorsOfTheMachineFollowOneAnother() {
        double[][] values = new MachineSignal(7).loop(0).values();
        int calm = 560; // before the first fault
        assertThat(correlation(values[0], values[2], calm)).isGreaterThan(0.8);
        assertThat(correlation(values[2], values[3], calm)).isGreaterThan(0.9);
        assertThat(correlation(values[1], values[2], calm)).isGreaterThan(0.4);
    }

    @Test
    void aStuckSensorDoesNotMoveAndABearingShakes() {
        Loop loop = new MachineSignal(7).loop(0);
        Fault stuck = of(loop, "stuck-sensor").getFirst();
        assertThat(Arrays.stream(loop.values()[3], stuck.first(), stuck.last() + 1).distinct()).hasSize(1);
        Fault bearing = of(loop, "bearing-fault").getFirst();
        double[] vibration = loop.values()[0];
        assertThat(max(vibration, bearing)).isGreaterThan(1.5 * Arrays.stream(vibration, 0, 500).max().orElseThrow());
    }

    private static List<Fault> of(Loop loop, String kind) {
        return loop.faults().stream().filter(fault -> fault.kind().equals(kind)).toList();
    }

    private static double max(double[] values, Fault fault) {
        return Arrays.stream(values, fault.first(), fault.last() + 1).max().orElseThrow();
    }

    private static double mean(double[] values, IntPredicate chosen) {
        return IntStream.range(0, values.length).filter(chosen).mapToDouble(i -> values[i]).average().orElseThrow();
    }

    private static double correlation(double[] x, double[] y, int n) {
        double meanX = Arrays.stream(x, 0, n).average().orElseThrow();
        double meanY = Arrays.stream(y, 0, n).average().orElseThrow();
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < n; i++) {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        return xy / Math.sqrt(xx * yy);
    }
}
