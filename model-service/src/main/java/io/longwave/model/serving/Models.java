package io.longwave.model.serving;

import io.longwave.model.problem.RequestProblem;
import io.longwave.ssm.streaming.StreamingModel;
import java.util.Optional;
import org.springframework.http.HttpStatus;

/** The models that can serve a series now. Safe for many threads. */
public interface Models {
    /** Serves every series of which nothing else was decided. */
    StreamingModel byDefault();

    /** The registered model of this id, ready to run; empty if there is none, its files cannot be read, or it cannot serve a stream. */
    Optional<StreamingModel> find(String id);

    /** The same, for whoever has been waiting for it: one that could not be read a moment ago is not tried. */
    default Optional<StreamingModel> findAgain(String id) {
        return find(id);
    }

    /**
     * The model that a request asks for.
     *
     * @param id of a registered one, or empty for that of every series of which nothing else was decided
     * @throws RequestProblem if there is none of this id, or it cannot serve a stream
     */
    default StreamingModel asked(String id) {
        if (id.isEmpty()) {
            return byDefault();
        }
        return find(id).orElseThrow(() -> refusal(id)
                .map(reason -> new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "model-cannot-serve",
                        "model: expected one that can serve a stream but " + id + " cannot: " + reason))
                .orElseGet(() -> new RequestProblem(HttpStatus.NOT_FOUND, "unknown-model",
                        "expected the id of a registered model but was " + id)));
    }

    /** Why a registered model cannot serve a stream, as a phrase; empty if it can or there is none of this id. */
    default Optional<String> refusal(String id) {
        return Optional.empty();
    }
}
