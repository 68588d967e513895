package io.longwave.api.model;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.longwave.db.model.ModelQueries;
import io.longwave.db.model.ModelRow;
import java.util.List;
import org.springframework.stereotype.Component;

/** Models that a request names. */
@Component
public final class KnownModels {
    private final ModelQueries models;

    KnownModels(ModelQueries models) {
        this.models = models;
    }

    /** @throws ProblemException if no model has this id */
    public ModelRow byId(String id) {
        return models.byId(id).orElseThrow(() -> ProblemException.unknownModel(id));
    }

    /**
     * One that can be put to work.
     *
     * @throws ProblemException if no model has this id or its files are gone
     */
    public ModelRow available(String id) {
        ModelRow model = byId(id);
        if (!model.available()) {
            throw new ProblemException(ProblemType.MODEL_UNAVAILABLE, "the files of " + id + " are gone from the model store");
        }
        return model;
    }

    /**
     * The id, if it is that of one that can be put to work at this.
     *
     * @param tasks any of which will do
     * @throws ProblemException if no model has this id, its files are gone, or it was trained for another task
     */
    public String availableFor(String id, String... tasks) {
        ModelRow model = available(id);
        if (!List.of(tasks).contains(model.task())) {
            throw ProblemException.badParameter("model", "a model of task " + String.join(" or ", tasks), id + " of task " + model.task());
        }
        return id;
    }
}
