package io.longwave.ingest.point;

/** A point of a record that cannot be kept, on its way to its dead letter. */
public final class RefusedPoint extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    /** @param detail what was expected and what was found */
    public RefusedPoint(Refusal refusal, String detail) {
        super(detail, null, false, false); // bad points may come by the million, and nobody reads where they were found
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
