package io.longwave.ingest.point;

/** What a good point may hold beside numbers: accepted, counted and not stored. */
public enum SkippedKind {
    /** A text. */
    STRING("string"),
    /** True or false. */
    BOOLEAN("boolean"),
    /** A mark that a series has ended, or that its value is not known at this time. */
    STALE("stale"),
    /** Not-a-number or an infinity, in a protocol whose measurements may be that: a ratio of two zeros, a percentile of nothing. */
    NOT_FINITE("not-finite"),
    /** The counts of one histogram's buckets: its count, its sum and, where they are told, its extremes are stored. */
    BUCKETS("buckets");

    private final String code;

    SkippedKind(String code) {
        this.code = code;
    }

    /** Short stable name, used in metrics. */
    public String code() {
        return code;
    }
}
