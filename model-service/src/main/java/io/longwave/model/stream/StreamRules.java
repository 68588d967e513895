package io.longwave.model.stream;

import io.longwave.model.anomaly.IncidentRules;
import java.time.Duration;

/**
 * What a batch does with what it finds; RATIONALE.md has a paragraph for each.
 *
 * @param farFuture how far a sample may lie after the timestamp of its Kafka record
 * @param storeEvery samples between two stored forecasts of a promoted or watched series
 * @param maxHorizon longest stored forecast
 * @param levels interval levels of stored forecasts; not to be changed
 * @param checkpointEvery samples of a series after which its state is saved at the latest; no row but the state's depends on it
 */
record StreamRules(IncidentRules incidents, Duration farFuture, int storeEvery, int maxHorizon, double[] levels, int checkpointEvery) {

    /**
     * Samples after which the state of this series is saved: half to all of the most, so that series which began together are not saved together for ever.
     *
     * @param loaded true if it was read for this batch. An eighth is enough then: where more series take turns than memory holds, each of them is read for each
     *     of its samples, with the points after its checkpoint
     */
    int checkpointEvery(long series, boolean loaded) {
        return loaded ? Math.max(1, checkpointEvery / 8) : checkpointEvery - Math.floorMod(series, checkpointEvery / 2 + 1);
    }
}
