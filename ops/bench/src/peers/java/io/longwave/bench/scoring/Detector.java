package io.longwave.bench.scoring;

import com.amazon.randomcutforest.parkservices.AnomalyDescriptor;
import com.amazon.randomcutforest.parkservices.ThresholdedRandomCutForest;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.SeriesState.Judgement;

/** Judges the samples of one series and learns from them. */
interface Detector {
    /** How unusual the sample is, by whatever this detector calls a score; 0 where it finds nothing. */
    double score(long timeNanos, double value);

    /** The model that serves every series of which nothing else was decided. */
    static Detector online() {
        SeriesState state = new OnlineModel().newState();
        return (time, value) -> {
            Judgement judgement = state.step(time, value);
            return judgement == null ? 0 : judgement.score();
        };
    }

    /**
     * The random cut forest of Amazon's library, with its own defaults for thresholds and samples (256 a tree), eight values a shingle.
     *
     * @param trees 30 is what OpenSearch takes for many series, 50 the default of the library
     */
    static Detector randomCutForest(int trees) {
        int shingle = 8;
        var forest = new ThresholdedRandomCutForest.Builder<>().dimensions(shingle).shingleSize(shingle).numberOfTrees(trees).randomSeed(7)
                .build();
        return (time, value) -> {
            AnomalyDescriptor said = forest.process(new double[]{value}, time / 1_000_000_000L);
            // Its score stays high while the shingle holds the anomaly; its grade says where that began.
            return said.getAnomalyGrade() > 0 ? said.getRCFScore() : 0;
        };
    }
}
