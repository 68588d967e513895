package io.longwave.standalone.client;

import io.longwave.standalone.command.CommandException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options that say where rows come from: a file, or what a running platform has stored of series. */
public final class TableOptions {
    /** Name of the column of times in what the platform answers. */
    private static final String TIME = "time";

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Place place = new Place();

    /** One of them. */
    static final class Place {
        @Option(names = "--data", paramLabel = "FILE", description = "CSV, plain or gzip, with a header, a time column and numeric columns, oldest row first.")
        private @Nullable Path file;

        @Option(names = "--series", paramLabel = "ID", split = ",", description = "Points of these series of a running platform, a column each.")
        private List<Long> series = List.of();

        @Option(names = "--fields-of", paramLabel = "KEY", description = "Points of all series that are fields of a canonical key, such as default/replay/PLANT.")
        private @Nullable String fieldsOf;
    }

    @Option(names = "--from", paramLabel = "TIME", description = "Of points: the first time, such as 2026-03-01T00:00:00Z, or -30d before the newest point (default: the oldest point).")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Of points: the time behind the last one (default: the newest point).")
    private @Nullable String to;

    @Option(names = "--step", paramLabel = "DURATION", description = "Of points: distance of two rows, such as 15m; of several points in a row the last one counts (default: the usual distance of the points).")
    private @Nullable String step;

    @Option(names = "--url", paramLabel = "URL", defaultValue = "http://127.0.0.1:8080", description = "Where the platform's API is (default: ${DEFAULT-VALUE}).")
    private URI url = URI.create("http://127.0.0.1:8080");

    @Option(names = "--token", paramLabel = "TOKEN", defaultValue = "${env:LONGWAVE_API_TOKEN}", description = "Sent to the API where it asks for one (default: $LONGWAVE_API_TOKEN).")
    private @Nullable String token;

    /** Whether rows come from a platform. */
    public boolean arePoints() {
        return place.file == null;
    }

    /**
     * The file of the rows: the one that was named, or one with the points of the series, which is kept.
     *
     * @param dataDirectory keeps such files beside unfinished trainings
     * @throws CommandException if the platform is not there, refuses or breaks off
     */
    public Path file(Path dataDirectory) {
        if (place.file != null) {
            requireNothingOfPoints();
            return place.file;
        }
        try (ApiClient api = api()) {
            return api.table(query(), dataDirectory.resolve("training").resolve("tables"));
        }
    }

    private void requireNothingOfPoints() {
        String option = from != null ? "--from" : to != null ? "--to" : step != null ? "--step" : null;
        if (option != null) {
            throw new CommandException(option + ": expected only with --series or --fields-of.");
        }
    }

    /** Column of times: that of the platform's answer, or of a file the one that was named; null to find it. */
    public @Nullable String timeColumn(@Nullable String named) {
        return arePoints() ? TIME : named;
    }

    private String query() {
        UriComponentsBuilder query = UriComponentsBuilder.newInstance();
        Map<String, Object> values = new HashMap<>();
        BiConsumer<String, @Nullable Object> add = (name, value) -> {
            if (value != null) {
                query.queryParam(name, "{" + name + "}");
                values.put(name, value);
            }
        };
        add.accept("series", place.fieldsOf == null ? place.series.stream().map(String::valueOf).collect(Collectors.joining(",")) : null);
        add.accept("fieldsOf", place.fieldsOf);
        add.accept("from", from);
        add.accept("to", to);
        add.accept("step", step);
        return String.valueOf(query.encode().buildAndExpand(values).getQuery());
    }

    ApiClient api() {
        return new ApiClient(url, token);
    }

    /** Ids of the series that were named, in the order of the columns; none where all fields of a key are meant. */
    List<Long> series() {
        return place.series;
    }

    @Nullable
    String fieldsOf() {
        return place.fieldsOf;
    }

    @Nullable
    String step() {
        return step;
    }
}
