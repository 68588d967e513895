package io.longwave.ssm.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import io.longwave.ssm.forecast.HistoryScorer.Outcome;
import io.longwave.ssm.forecast.HistoryScorer.Scores;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;

class HistoryScorerTest {
    private static final long START = 1_700_000_000_000_000_000L;
    private static final long MINUTE = 60_000_000_000L;
    private static final double[] LEVELS = {0.5, 0.9};

    private final HistoryScorer scorer = HistoryForecaster.stepping(new OnlineModel()).scorer().orElseThrow();

    @Test
    void eachValueIsJudgedAsTheStreamWouldHaveWhenItCame() {
        double[] values = noise(500);
        values[400] = 30;
        Scores scores = scores(values);
        SeriesState stream = new OnlineModel().newState();
        for (int l = 0; l < values.length; l++) {
            Judgement judgement = stream.step(START + l * MINUTE, values[l]);
            if (judgement == null) {
                assertThat(new double[]{scores.expected()[l], scores.score()[l], scores.lower()[0][l]}).containsOnly(Double.NaN);
                assertThat(scores.judgement(l)).isNull();
            } else {
                assertThat(scores.expected()[l]).isEqualTo(judgement.predicted());
                assertThat(scores.score()[l]).isEqualTo(judgement.score());
                assertThat(scores.lower()[1][l]).as("the band of the stream is that of level 0.9").isCloseTo(judgement.lower(),
                        within(1e-9));
                assertThat(scores.upper()[1][l]).isCloseTo(judgement.upper(), within(1e-9));
                assertThat(Objects.requireNonNull(scores.judgement(l)).score()).isEqualTo(judgement.score());
            }
        }
        assertThat(scores.score()[400]).isGreaterThan(0.999);
    }

    @Test
    void intervalsHoldWhatTheirLevelSays() {
        double[] values = noise(4000);
        Scores scores = scores(values);
        for (int k = 0; k < LEVELS.length; k++) {
            int judged = 0;
            int inside = 0;
            for (int l = 1000; l < values.length; l++) {
                judged++;
                inside += values[l] >= scores.lower()[k][l] && values[l] <= scores.upper()[k][l] ? 1 : 0;
            }
            assertThat((double) inside / judged).as("level %s", LEVELS[k]).isCloseTo(LEVELS[k], within(0.05));
        }
    }

    @Test
    void aMissingValueHasNoVerdictAndTheNextAWiderInterval() {
        double[] values = new double[600];
        for (int l = 0; l < values.length; l++) {
            values[l] = 10 * Math.sin(l * 2 * Math.PI / 50) + noise(600)[l] / 10;
        }
        double whole = scores(values).upper()[1][520] - scores(values).lower()[1][520];
        for (int l = 500; l < 520; l++) {
            values[l] = Double.NaN;
        }
        Scores scores = scores(values);
        assertThat(scores.score()[510]).isNaN();
        assertThat(scores.expected()[510]).isNaN();
        assertThat(scores.upper()[1][510]).isNaN();
        assertThat(scores.expected()[520]).isCloseTo((scores.lower()[1][520] + scores.upper()[1][520]) / 2, within(1e-9));
        assertThat(scores.upper()[0][520] - scores.lower()[0][520]).isLessThan(scores.upper()[1][520] - scores.lower()[1][520]);
        assertThat(scores.upper()[1][520] - scores.lower()[1][520]).as("wider than without a gap").isGreaterThan(whole);
    }

    @Test
    void whatCannotBeJudgedKeepsNoOtherFromItsVerdicts() {
        List<Outcome> outcomes = scorer.score(List.of(History.regular(START, MINUTE, new double[][]{{1}, {2}}),
                History.regular(START, MINUTE, new double[][]{noise(50)}), History.regular(START, MINUTE, new double[][]{{1}})), LEVELS,
                () -> true);
        assertThat(outcomes.get(0)).isEqualTo(new Outcome(null, "expected 1 channel but was 2"));
        assertThat(Objects.requireNonNull(outcomes.get(1).scores()).score()[49]).isBetween(0.0, 1.0);
        assertThat(Objects.requireNonNull(outcomes.get(2).scores()).score()).containsExactly(Double.NaN);
        assertThat(scorer.score(List.of(History.regular(START, MINUTE, new double[][]{{1}})), LEVELS, () -> false).getFirst().problem())
                .isEqualTo(HistoryForecaster.NO_TIME);
    }

    private Scores scores(double[] values) {
        return Objects.requireNonNull(scorer.score(List.of(History.regular(START, MINUTE, new double[][]{values})), LEVELS, () -> true)
                .getFirst().scores());
    }

    private static double[] noise(int count) {
        SplittableRandom random = new SplittableRandom(7);
        double[] values = new double[count];
        for (int l = 0; l < count; l++) {
            values[l] = random.nextGaussian();
        }
        return values;
    }
}
