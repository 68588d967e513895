package io.longwave.series;

/** What a writer says a series is. */
public enum DeclaredKind {
    GAUGE(SeriesKind.GAUGE),
    COUNTER(SeriesKind.COUNTER),
    /** It goes by the name of the series, which is worth nothing once somebody has said more. */
    COUNTER_BY_NAME(SeriesKind.COUNTER);

    private final SeriesKind kind;

    DeclaredKind(SeriesKind kind) {
        this.kind = kind;
    }

    /** What it would be. */
    public SeriesKind kind() {
        return kind;
    }
}
