package io.longwave.model.registry;

import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.streaming.StreamingModel;

/** Makes a stored model run on a stream. */
@FunctionalInterface
public interface StreamingModelFactory {
    /** @throws io.longwave.checkpoint.CheckpointException if its files cannot be read or its family cannot serve a stream */
    StreamingModel create(StoredModel stored);
}
