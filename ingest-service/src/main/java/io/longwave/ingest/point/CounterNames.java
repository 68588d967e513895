package io.longwave.ingest.point;

import io.longwave.series.DeclaredKind;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Names of counters, for protocols that do not say what a series is. A word of the protocol counts for more. */
public final class CounterNames {
    /** Says nothing about any series. */
    public static final CounterNames NONE = new CounterNames(List.of());

    private record Name(Pattern measurement, Pattern field) {}

    private final List<Name> names;

    /**
     * @param names each a measurement, a space and a field; {@code *} in either stands for any characters
     * @throws IllegalArgumentException if one has no space between two names
     */
    public CounterNames(List<String> names) {
        this.names = names.stream().map(CounterNames::name).toList();
    }

    private static Name name(String text) {
        String trimmed = text.strip();
        int space = trimmed.lastIndexOf(' ');
        if (space < 0) {
            throw new IllegalArgumentException(
                    "counters: expected a measurement, a space and a field, such as 'net bytes_*', but was '" + text + "'");
        }
        return new Name(pattern(trimmed.substring(0, space).strip()), pattern(trimmed.substring(space + 1)));
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(List.of(text.split("\\*", -1)).stream().map(Pattern::quote).collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }

    /** A counter if the series has one of the names, else null. */
    public @Nullable DeclaredKind kindOf(String measurement, String field) {
        for (Name name : names) {
            if (name.measurement.matcher(measurement).matches() && name.field.matcher(field).matches()) {
                return DeclaredKind.COUNTER_BY_NAME;
            }
        }
        return null;
    }
}
