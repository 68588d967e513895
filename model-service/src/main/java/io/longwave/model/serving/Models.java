package io.longwave.model.serving;

import io.longwave.ssm.streaming.StreamingModel;
import java.util.Optional;

/** The models that can serve a series now. Safe for many threads. */
public interface Models {
    /** Serves every series of which nothing else was decided. */
    StreamingModel byDefault();

    /** The registered model of this id, ready to run; empty if there is none or its files cannot be read. */
    Optional<StreamingModel> find(String id);
}
