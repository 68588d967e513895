package io.longwave.model.registry;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.model.serving.Models;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.ssm.streaming.StreamingModel;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Map<String, StreamingModel> loaded = new ConcurrentHashMap<>();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();

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
            return Optional.of(model);
        } catch (CheckpointException e) {
            log(id, e);
            return Optional.empty();
        }
    }

    /** Once where a promoted model is missing, of which every look may tell again. */
    private void log(String id, CheckpointException problem) {
        if (missing.contains(id)) {
            LOG.debug("model {} still cannot serve: {}", id, problem.getMessage());
        } else {
            LOG.warn("model {} cannot serve: {}", id, problem.getMessage());
        }
    }

    @Override
    public Optional<StreamingModel> promoted(String id) {
        if (missing.contains(id)) {
            return Optional.empty();
        }
        Optional<StreamingModel> model = find(id);
        if (model.isEmpty()) {
            missing.add(id);
        }
        return model;
    }

    @Override
    public Set<String> missing() {
        Set<String> asked = Set.copyOf(missing);
        missing.removeIf(id -> find(id).isPresent());
        return asked;
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
