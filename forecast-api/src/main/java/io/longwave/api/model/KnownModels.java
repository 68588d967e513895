package io.longwave.api.model;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.longwave.db.model.ModelQueries;
import io.longwave.db.model.ModelRow;
import io.longwave.db.series.TenantScope;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models that a request names. */
@Component
public final class KnownModels {
    private final ModelQueries models;
    private final JsonMapper json;

    KnownModels(ModelQueries models, JsonMapper json) {
        this.models = models;
        this.json = json;
    }

    /** Names of the columns that a model was trained on, in their order. */
    public List<String> columns(ModelRow model) {
        return json.readTree(model.data()).path("columns").valueStream().map(JsonNode::asString).toList();
    }

    /**
     * A model, which is everybody's.
     *
     * @param scope whose series are counted
     * @throws ProblemException if no model has this id
     */
    public ModelRow byId(TenantScope scope, String id) {
        return models.byId(scope, id).orElseThrow(() -> ProblemException.unknownModel(id));
    }

    /**
     * One that can be put to work.
     *
     * @throws ProblemException if no model has this id or its files are gone
     */
    public ModelRow available(String id) {
        ModelRow model = byId(TenantScope.ALL, id);
        if (!model.available()) {
            throw new ProblemException(ProblemType.MODEL_UNAVAILABLE, "the files of " + id + " are gone from the model store");
        }
        return model;
    }

    /**
     * One that can be put to work at this.
     *
     * @param tasks any of which will do
     * @throws ProblemException if no model has this id, its files are gone, or it was trained for another task
     */
    public ModelRow availableFor(String id, String... tasks) {
        ModelRow model = available(id);
        if (!List.of(tasks).contains(model.task())) {
            throw ProblemException.badParameter("model", "a model of task " + String.join(" or ", tasks), id + " of task " + model.task());
        }
        return model;
    }
}
