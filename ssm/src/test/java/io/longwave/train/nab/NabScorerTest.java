package io.longwave.train.nab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.longwave.train.nab.NabScorer.Result;
import io.longwave.train.nab.NabScorer.Scored;
import io.longwave.train.nab.NabScorer.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Worked by hand from s(x) = 2 / (1 + exp(5 x)) - 1; s(-1) = 0.986614298151430. */
class NabScorerTest {
    private static final double TOLERANCE = 1e-9; // a handful of roundings on numbers around 100

    @Test
    void theFirstFifteenPercentAreNotScoredButAtMostSevenHundredFifty() {
        assertThat(NabScorer.probation(100)).isEqualTo(15);
        assertThat(NabScorer.probation(99)).isEqualTo(14);
        assertThat(NabScorer.probation(5000)).isEqualTo(750);
        assertThat(NabScorer.probation(22_695)).isEqualTo(750);
    }

    @Test
    void aDetectionOnTheFirstRowOfEveryWindowIsPerfect() {
        Scored file = new Scored(scores(100, 40, 70), List.of(new Window(40, 49), new Window(70, 89)));
        Result result = new NabScorer(NabProfile.STANDARD).at(1, List.of(file));
        assertThat(result).isEqualTo(new Result(100, 1, 2, 2, 0));
    }

    @Test
    void silenceIsZero() {
        Scored file = new Scored(scores(100), List.of(new Window(40, 49)));
        assertThat(new NabScorer(NabProfile.STANDARD).at(1, List.of(file)).normalised()).isZero();
        assertThat(new NabScorer(NabProfile.LOW_FALSE_NEGATIVES).best(List.of(file)).normalised()).isZero();
    }

    @Test
    void aDetectionInTheMiddleOfAWindowEarnsLess() {
        // row 45 of window 40..49: x = -(49 - 45 + 1) / 10 = -0.5, s(-0.5) = 0.848283639957513, worth 0.848283639957513 / 0.986614298151430
        Scored file = new Scored(scores(100, 45, 47), List.of(new Window(40, 49)));
        double worth = 0.848283639957513 / 0.986614298151430;
        assertThat(new NabScorer(NabProfile.STANDARD).at(1, List.of(file)).normalised()).isCloseTo(100 * (worth + 1) / 2,
                within(TOLERANCE));
        assertThat(new NabScorer(NabProfile.LOW_FALSE_NEGATIVES).at(1, List.of(file)).normalised()).isCloseTo(100 * (worth + 2) / 3,
                within(TOLERANCE));
    }

    @Test
    void falseAlarmsCostMoreTheFartherTheyAreBehindAWindow() {
        List<Window> windows = List.of(new Window(40, 50));
        // before the first window: -1; row 55: x = 0.5, s(0.5) = -0.848283639957513; row 80: x = 3, s(3) = -0.999999388195546; row 81: beyond 3
        assertThat(NabScorer.outside(20, windows)).isEqualTo(-1);
        assertThat(NabScorer.outside(55, windows)).isCloseTo(-0.848283639957513, within(1e-12));
        assertThat(NabScorer.outside(80, windows)).isCloseTo(-0.999999388195546, within(1e-12));
        assertThat(NabScorer.outside(81, windows)).isEqualTo(-1);
        Result result = new NabScorer(NabProfile.LOW_FALSE_POSITIVES).at(1, List.of(new Scored(scores(100, 20, 55), windows)));
        double raw = -1 - 0.22 * 1.848283639957513;
        assertThat(result.normalised()).isCloseTo(100 * (raw + 1) / 2, within(TOLERANCE));
        assertThat(result.falseAlarms()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(NabProfile.class)
    void theBestThresholdIsAsGoodAsTheBestOfTryingThemAll(NabProfile profile) {
        SplittableRandom random = new SplittableRandom(31);
        for (int round = 0; round < 20; round++) {
            List<Scored> corpus = new ArrayList<>();
            for (int file = 0; file < 3; file++) {
                double[] scores = random.doubles(120).map(score -> Math.floor(score * 40) / 40).toArray(); // many ties
                corpus.add(new Scored(scores, file == 0 ? List.of() : List.of(new Window(30, 44), new Window(60 + file, 90))));
            }
            NabScorer scorer = new NabScorer(profile);
            double best = 0;
            for (int step = 0; step <= 41; step++) {
                best = Math.max(best, scorer.at(step / 40.0, corpus).normalised());
            }
            assertThat(scorer.best(corpus).normalised()).isCloseTo(best, within(TOLERANCE));
        }
    }

    @Test
    void theNormalTailOfTheBaselineIsRight() {
        // erfc(0.5), erfc(1.9), erfc(2.1), erfc(5) from tables of 12 digits and more
        assertThat(WindowedGaussian.complementaryError(0)).isEqualTo(1);
        assertThat(WindowedGaussian.complementaryError(0.5)).isCloseTo(0.479500122186953, within(1e-14));
        assertThat(WindowedGaussian.complementaryError(1.9)).isCloseTo(0.007209570764742, within(1e-13));
        assertThat(WindowedGaussian.complementaryError(2.1)).isCloseTo(0.002979466656333, within(1e-13));
        assertThat(WindowedGaussian.complementaryError(5)).isCloseTo(1.537459794428035e-12, within(1e-24));
    }

    private static double[] scores(int rows, int... detections) {
        double[] scores = new double[rows];
        for (int row : detections) {
            scores[row] = 1;
        }
        return scores;
    }
}
