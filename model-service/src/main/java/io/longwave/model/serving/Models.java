package io.longwave.model.serving;

import io.longwave.model.problem.RequestProblem;
import io.longwave.ssm.streaming.StreamingModel;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpStatus;

/** The models that can serve a series now. Safe for many threads. */
public interface Models {
    /** Serves every series of which nothing else was decided. */
    StreamingModel byDefault();

    /** The registered model of this id, ready to run; empty if there is none, its files cannot be read, or it cannot serve a stream. */
    Optional<StreamingModel> find(String id);

    /** The model that was promoted for a series which is brought to memory; one that was missing stays so until {@link #missing} is asked again. */
    default Optional<StreamingModel> promoted(String id) {
        return find(id);
    }

    /** Ids of promoted models that were asked for and could not be read. Those which can be read now are among them for the last time. */
    default Set<String> missing() {
        return Set.of();
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
