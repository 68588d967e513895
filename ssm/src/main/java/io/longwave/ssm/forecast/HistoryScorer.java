package io.longwave.ssm.forecast;

import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.ssm.streaming.StreamingModel;

/** Judges each value of a history by what those before it let expect, as the stream would have when it came: a new state is stepped through all of them. Safe for many threads. */
public final class HistoryScorer {
    /** Values after which is looked whether there is time for more. */
    private static final int LOOK = 256;

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
     * @param goOn asked now and then; where it says no, there is no time for what is not finished
     * @return as many outcomes, in their order
     */
    public List<Outcome> score(List<History> histories, double[] levels, BooleanSupplier goOn) {
        return histories.parallelStream().map(history -> outcome(history, levels, goOn)).toList();
    }

    private Outcome outcome(History history, double[] levels, BooleanSupplier goOn) {
        int channels = history.channels().length;
        if (channels != 1) {
            return new Outcome(null, "expected 1 channel but was " + channels);
        }
        Scores scores = scores(history, levels, goOn);
        return scores == null ? new Outcome(null, HistoryForecaster.NO_TIME) : new Outcome(scores, null);
    }

    private @Nullable Scores scores(History history, double[] levels, BooleanSupplier goOn) {
        double[] values = history.channels()[0];
        Scores scores = new Scores(unknown(values.length), unknown(levels.length, values.length), unknown(levels.length, values.length),
                unknown(values.length));
        SeriesState state = model.newState();
        double[] widths = new double[levels.length];
        for (int l = 0; l < values.length; l++) {
            if (l % LOOK == 0 && !goOn.getAsBoolean()) {
                return null;
            }
            if (Double.isNaN(values[l])) {
                continue;
            }
            Arrays.setAll(widths, k -> state.relativeWidth(levels[k])); // before the value is learned from
            Judgement judgement = state.step(history.timesNanos()[l], values[l]);
            if (judgement != null) {
                scores.expected[l] = judgement.predicted();
                scores.score[l] = judgement.score();
                for (int k = 0; k < levels.length; k++) {
                    scores.lower[k][l] = judgement.predicted() - widths[k] * (judgement.predicted() - judgement.lower());
                    scores.upper[k][l] = judgement.predicted() + widths[k] * (judgement.upper() - judgement.predicted());
                }
            }
        }
        return scores;
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
