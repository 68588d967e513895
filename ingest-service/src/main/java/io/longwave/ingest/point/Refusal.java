package io.longwave.ingest.point;

/** Why a line was refused. A line outside the grammar is unparsable; one within it that cannot be kept is rejected. */
public enum Refusal {
    /** Not the grammar of a point. */
    SYNTAX(true, "syntax"),
    /** The bytes of a name are no UTF-8. */
    NOT_UTF8(true, "not-utf8"),
    /** A quote was opened and not closed. */
    OPEN_STRING(true, "open-string"),
    /** A tag key appears twice. */
    DUPLICATE_TAG(true, "duplicate-tag"),
    /** Not-a-number or an infinity, which the protocol cannot express. */
    NOT_FINITE(true, "not-finite"),
    /** A number beyond what its type holds. */
    NUMBER_RANGE(false, "number-out-of-range"),
    /** A string of more than 64 KiB. */
    STRING_LENGTH(false, "string-too-long"),
    /** A time that nanoseconds in 64 bits cannot hold. */
    TIME_RANGE(false, "time-out-of-range"),
    /** A measurement, tag or field that starts with an underscore. */
    RESERVED_NAME(false, "reserved-name"),
    /** Control characters in a name, or a series key beyond its length limit. */
    SERIES_KEY(false, "series-key");

    private final boolean unparsable;
    private final String code;

    Refusal(boolean unparsable, String code) {
        this.unparsable = unparsable;
        this.code = code;
    }

    /** True when the line is outside the grammar. */
    public boolean unparsable() {
        return unparsable;
    }

    /** Short stable name, used in metrics and dead letters. */
    public String code() {
        return code;
    }
}
