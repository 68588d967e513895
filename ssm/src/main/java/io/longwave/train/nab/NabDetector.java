package io.longwave.train.nab;

import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.train.nab.NabCorpus.LabelledSeries;
import java.util.SplittableRandom;

/** Writes one score in [0, 1] per row, seeing one row after another and no labels. */
@FunctionalInterface
public interface NabDetector {

    /** Scores of a file, [n]. */
    double[] scores(LabelledSeries series);

    /** A streaming model from an empty state. A row not later than the one before gets the score of that one: models take ascending times. */
    static NabDetector of(StreamingModel model) {
        return series -> {
            SeriesState state = model.newState();
            double[] scores = new double[series.values().length];
            double latest = 0;
            for (int i = 0; i < scores.length; i++) {
                if (series.timeNanos()[i] > state.lastTimeNanos()) {
                    Judgement judgement = state.step(series.timeNanos()[i], series.values()[i]);
                    latest = judgement == null ? 0 : judgement.score();
                }
                scores[i] = latest;
            }
            return scores;
        };
    }

    /** Uniform scores: what luck earns. */
    static NabDetector random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return series -> random.doubles(series.values().length).toArray();
    }

    /**
     * Normal tail probability under mean and deviation of a sliding window, the benchmark's own simple baseline: window of 6400 rows that moves every
     * 100 rows, and all rows before the window is full.
     */
    static NabDetector windowedGaussian() {
        return series -> WindowedGaussian.scores(series.values());
    }
}
