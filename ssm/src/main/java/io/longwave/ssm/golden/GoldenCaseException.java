package io.longwave.ssm.golden;

/** A golden file that cannot be used; the text names what was expected and what was found. */
public final class GoldenCaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GoldenCaseException(String message) {
        super(message);
    }
}
