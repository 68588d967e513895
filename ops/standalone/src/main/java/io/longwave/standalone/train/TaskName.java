package io.longwave.standalone.train;

import java.util.Locale;

/** What a model is trained for. */
enum TaskName {
    FORECAST, CLASSIFY, RECONSTRUCT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
