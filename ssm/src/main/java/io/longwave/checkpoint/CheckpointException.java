package io.longwave.checkpoint;

import java.nio.file.Path;

/** A stored file that cannot be used; the text says what was expected and what was found. */
public final class CheckpointException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String problem;

    public CheckpointException(Path file, String problem) {
        super(file + ": " + problem);
        this.problem = problem;
    }

    public CheckpointException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
        this.problem = problem;
    }

    /** The text without the place of the file, for who must not know it. */
    public String problem() {
        return problem;
    }
}
