package io.longwave.wire;

import java.util.UUID;

/**
 * Hands recordings to model-service as a job: {@code POST} {@value #PATH}{@code ?model=<id>&tenant=<name>} with the files as parts named {@value #PART} of a
 * {@code multipart/form-data} body; without a tenant it is nobody's. Answered with 202 and {@link Accepted} as JSON; 404 when the model is not registered, 422 when it is no
 * classifier or none of the files is a recording of the kind it was trained on. {@code DELETE} {@value #PATH}{@code /<job>} forgets a job.
 */
public final class ClassificationJobRequest {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/classifications";
    /** Name of the parts that are files. */
    public static final String PART = "recordings";

    private ClassificationJobRequest() {}

    /** The job, whose rows are in the database from now on. */
    public record Accepted(UUID job) {}
}
