package io.longwave.checkpoint;

import java.nio.file.Path;

/** A stored file that cannot be used; the text says what was expected and what was found. */
public final class CheckpointException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public CheckpointException(Path file, String problem) {
        super(file + ": " + problem);
    }

    public CheckpointException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }
}
