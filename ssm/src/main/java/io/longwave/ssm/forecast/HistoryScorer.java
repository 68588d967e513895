package io.longwave.ssm.forecast;

import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.ssm.streaming.StreamingModel;

/** Judges each value of a history by what those before it let expect, as the stream would have when it came: a new state is stepped through all of them. Safe for many threads. */
public final class HistoryScorer {
    private final StreamingModel model;

    /** @param model one that serves streams */
    HistoryScorer(StreamingModel model) {
        this.model = model;
    }

    /** Id of the model. */
    public String model() {
        return model.id();
    }

    /**
     * Verdicts on the values of a history, L of them. NaN where there is none: where the model warms up, and where a value is missing.
     *
     * @param expected [L]
     * @param lower [K][L], bounds of the interval of each level
     * @param upper [K][L]
     * @param score [L], anomaly scores in [0, 1]
     */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    public record Scores(double[] expected, double[][] lower, double[][] upper, double[] score) {

        /** What the model said of one value; null where it said nothing. The band is not told. */
        public @Nullable Judgement judgement(int l) {
            return Double.isNaN(score[l]) ? null : new Judgement(expected[l], Double.NaN, Double.NaN, score[l]);
        }
    }

    /**
     * What came of one history.
     *
     * @param scores null where there is a problem
     * @param problem why it could not be judged, what was expected and what was found
     */
    public record Outcome(@Nullable Scores scores, @Nullable String problem) {}

    /**
     * Judges histories. One that cannot be judged keeps none of the others from their answers.
     *
     * @param levels K interval levels in (0, 1)
     * @param goOn asked before each history; where it says no, there is no time for the others
     * @return as many outcomes, in their order
     */
    public List<Outcome> score(List<History> histories, double[] levels, BooleanSupplier goOn) {
        return histories.parallelStream()
                .map(history -> goOn.getAsBoolean() ? outcome(history, levels) : problem(HistoryForecaster.NO_TIME))
                .toList();
    }

    private Outcome outcome(History history, double[] levels) {
        int channels = history.channels().length;
        return channels == 1 ? new Outcome(scores(history, levels), null) : problem("expected 1 channel but was " + channels);
    }

    private static Outcome problem(String why) {
        return new Outcome(null, why);
    }

    private Scores scores(History history, double[] levels) {
        double[] values = history.channels()[0];
        Scores scores = new Scores(unknown(values.length), unknown(levels.length, values.length), unknown(levels.length, values.length),
                unknown(values.length));
        SeriesState state = model.newState();
        for (int l = 0; l < values.length; l++) {
            if (Double.isNaN(values[l])) {
                continue;
            }
            long time = history.timesNanos()[l];
            if (levels.length > 0) {
                bounds(state, time, levels, scores, l);
            }
            Judgement judgement = state.step(time, values[l]);
            if (judgement != null) {
                scores.expected[l] = judgement.predicted();
                scores.score[l] = judgement.score();
            }
        }
        return scores;
    }

    private static void bounds(SeriesState state, long time, double[] levels, Scores scores, int l) {
        Outlook next = state.forecast(1, levels);
        if (next == null) {
            return;
        }
        // Missing values are steps, too: as many of the usual distance as lie between.
        long steps = (time - state.lastTimeNanos() + next.stepNanos() / 2) / next.stepNanos();
        int ahead = (int) Math.clamp(steps, 1, l);
        Outlook outlook = ahead == 1 ? next : state.forecast(ahead, levels);
        if (outlook == null) {
            return;
        }
        for (int k = 0; k < levels.length && k < outlook.lower().length; k++) {
            scores.lower[k][l] = outlook.lower()[k][ahead - 1];
            scores.upper[k][l] = outlook.upper()[k][ahead - 1];
        }
    }

    private static double[] unknown(int length) {
        double[] unknown = new double[length];
        Arrays.fill(unknown, Double.NaN);
        return unknown;
    }

    private static double[][] unknown(int rows, int length) {
        double[][] unknown = new double[rows][];
        Arrays.setAll(unknown, _ -> unknown(length));
        return unknown;
    }
}
