package io.longwave.ssm.spacetime;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.ssm.windowed.WindowedModel;

/**
 * Stored SpaceTime networks in a stream. A series takes 8 N D bytes per block and decoder in memory, 16 KiB at the sizes training starts from
 * (N = D = 32) and 128 KiB at the published ones.
 */
public final class SpaceTimeStreaming {
    private SpaceTimeStreaming() {}

    /** @throws CheckpointException if configuration or weights are not those of a SpaceTime network of one series, naming what was expected and found */
    public static StreamingModel open(StoredModel stored) {
        return WindowedModel.open(stored, (settings, weights, seed) -> {
            SpaceTimeConfig config = SpaceTimeFamily.read(settings, seed);
            if (config.variates() != 1) {
                throw new IllegalArgumentException("variates: expected 1 but was " + config.variates());
            }
            return new WindowedModel.Network(new SpaceTimeRecurrence(config, weights), config.lag(), config.horizon(), config.offset(),
                    _ -> 1, false);
        });
    }
}
