package io.longwave.train.anomaly;

/** How far a row is from the training mean: the root mean square over columns of the standardised values. */
public final class ZScore implements AnomalyBaseline {

    private final ColumnScale scale;

    private ZScore(ColumnScale scale) {
        this.scale = scale;
    }

    /** Fits to rows [N, V]; a deviation below 0.01 counts as 0.01. */
    public static ZScore fit(double[][] train) {
        return new ZScore(ColumnScale.fit(train, ColumnScale.LEAST));
    }

    @Override
    public double[] scores(double[][] rows) {
        double[] scores = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            double sum = 0;
            for (double z : scale.standardise(rows[i])) {
                sum += z * z;
            }
            scores[i] = Math.sqrt(sum / rows[i].length);
        }
        return scores;
    }
}
