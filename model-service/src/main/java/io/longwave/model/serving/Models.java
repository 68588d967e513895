package io.longwave.model.serving;

import io.longwave.ssm.streaming.StreamingModel;
import java.util.Optional;

/** The models that can serve a series now. Safe for many threads. */
public interface Models {
    /** Serves every series of which nothing else was decided. */
    StreamingModel byDefault();

    /** The registered model of this id, ready to run; empty if there is none, its files cannot be read, or it cannot serve a stream. */
    Optional<StreamingModel> find(String id);

    /** Why a registered model cannot serve a stream, as a phrase; empty if it can or there is none of this id. */
    default Optional<String> refusal(String id) {
        return Optional.empty();
    }
}
