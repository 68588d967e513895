package io.longwave.model.anomaly;

/**
 * A run of samples that were far from what the model expected, possibly with calm samples between them.
 *
 * @param model id of the model whose score began it
 * @param startTime time of the first sample inside, nanoseconds since the epoch
 * @param lastTime time of the last anomalous sample so far
 * @param peakTime time of the highest score; of the first one when several are equal
 * @param peakValue the sample there
 * @param expected what the model expected there
 * @param points samples from start to last time, both inside
 * @param calm samples since the last time
 * @param ended true when enough of them were calm
 */
public record Incident(String model, long startTime, long lastTime, long peakTime, double peakScore, double peakValue, double expected,
        int points,
        int calm, boolean ended) {

    /** The same incident, over. */
    public Incident end() {
        return new Incident(model, startTime, lastTime, peakTime, peakScore, peakValue, expected, points, calm, true);
    }

    Incident calmSample(int calmEnough) {
        return new Incident(model, startTime, lastTime, peakTime, peakScore, peakValue, expected, points, calm + 1, calm + 1 >= calmEnough);
    }

    Incident anomalousSample(long time, double value, double predicted, double score) {
        boolean higher = score > peakScore;
        return new Incident(model, startTime, time, higher ? time : peakTime, higher ? score : peakScore, higher ? value : peakValue,
                higher ? predicted : expected, points + calm + 1, 0, false);
    }
}
