package io.longwave.ingest.line;

import io.longwave.ingest.point.Refusal;

/**
 * Leaves the parsing of one line. Thrown for every bad line of a request, hence without stack trace and without building a message.
 */
final class MalformedLine extends Exception {
    private static final long serialVersionUID = 1L;

    final Refusal refusal;
    /** What the grammar allows here. */
    final String expected;
    /** First byte of what was found. */
    final int from;
    /** Byte after what was found; equal to {@link #from} to show the single character there. */
    final int to;

    MalformedLine(Refusal refusal, String expected, int from, int to) {
        super(null, null, false, false);
        this.refusal = refusal;
        this.expected = expected;
        this.from = from;
        this.to = to;
    }
}
