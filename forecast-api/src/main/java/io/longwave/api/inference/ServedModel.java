package io.longwave.api.inference;

import io.longwave.db.series.TenantScope;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** How a kind of model is asked by tensors. */
interface ServedModel {

    /** What tensors are called and what shape they have; -1 is any size. */
    @Schema(name = "InferenceTensor")
    @SuppressWarnings("ArrayRecordComponent")
    record Signature(String name, Datatype datatype, long[] shape) {
        static Signature of(String name, Datatype datatype, long... shape) {
            return new Signature(name, datatype, shape);
        }
    }

    List<Signature> inputs();

    List<Signature> outputs();

    /**
     * Asks it.
     *
     * @param scope whose sequences it may go on with
     * @return one tensor for each of the {@link #outputs}
     * @throws io.longwave.api.problem.ProblemException if that is no question for it, or a sequence of the batch has no answer
     */
    List<OutputTensor> infer(TenantScope scope, String model, InferenceRequest request);
}
