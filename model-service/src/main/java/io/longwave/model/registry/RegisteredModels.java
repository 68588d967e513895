package io.longwave.model.registry;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.model.serving.Models;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.ssm.streaming.StreamingModel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The online model and those of the store. A registered model never changes, so what was loaded once stays. */
@Component
class RegisteredModels implements Models {
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredModels.class);

    private final ModelStore store;
    private final StreamingModelFactory factory;
    private final StreamingModel online = new OnlineModel();
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Map<String, StreamingModel> loaded = new ConcurrentHashMap<>();
    /** When models that could not be read were tried last. */
    private final Map<String, Long> failed = new ConcurrentHashMap<>();

    RegisteredModels(ModelStore store, StreamingModelFactory factory) {
        this.store = store;
        this.factory = factory;
    }

    @Override
    public StreamingModel byDefault() {
        return online;
    }

    @Override
    public Optional<StreamingModel> find(String id) {
        if (id.equals(online.id())) {
            return Optional.of(online);
        }
        StreamingModel known = loaded.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        try {
            StreamingModel model = factory.create(store.open(id));
            loaded.put(id, model);
            failed.remove(id);
            return Optional.of(model);
        } catch (CheckpointException e) {
            failed.put(id, System.nanoTime());
            LOG.warn("model {} cannot serve: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Optional<StreamingModel> findAgain(String id) {
        Long tried = failed.get(id);
        return tried != null && System.nanoTime() - tried < AGAIN_NANOS ? Optional.empty() : find(id);
    }

    @Override
    public Optional<String> refusal(String id) {
        StoredModel stored;
        try {
            stored = store.open(id);
        } catch (CheckpointException e) {
            return Optional.empty();
        }
        try {
            factory.create(stored);
            return Optional.empty();
        } catch (CheckpointException e) {
            return Optional.of(e.problem());
        }
    }
}
