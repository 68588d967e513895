package io.longwave.train.anomaly;

/** A detector fitted to training rows that scores rows one by one, each from itself alone. */
public interface AnomalyBaseline {

    /**
     * @param rows [N, V]; read only
     * @return [N], higher is more unusual
     */
    double[] scores(double[][] rows);
}
