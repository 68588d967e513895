package io.longwave.train;

import java.nio.file.Path;

/** A data file that cannot be used as asked; the text says where, what was expected and what was found. */
public final class DataFileException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public DataFileException(Path file, String problem) {
        super(file + ": " + problem);
    }

    /** @param line in the file, the header is line 1 */
    public DataFileException(Path file, long line, String problem) {
        super(file + ", line " + line + ": " + problem);
    }
}
