package io.longwave.standalone.client;

import io.longwave.standalone.command.CommandException;
import io.longwave.train.SeriesTable;
import io.longwave.wire.GroupRequest;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Options that put a model to work on the series whose points it was trained on. */
public final class ServingOptions {
    private static final double MOST_MISSING = 0.1;

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private Work work = new Work();

    /** One or the other. */
    static final class Work {
        @Option(names = "--promote", description = "With one of --series: serves it with the model, if it is better than naive forecasts and than the model that serves it now.")
        private boolean promote;

        @Option(names = "--group", paramLabel = "NAME", description = "With --series or --fields-of: has the model judge the series jointly as this group, which is made, or handed over where it is known; if a forecaster is better than naive forecasts and than the model that judges the group now, or a reconstructor than the mean.")
        private @Nullable String group;
    }

    /**
     * Looks whether that can be done before a model is trained for it.
     *
     * @throws CommandException if not
     */
    public void check(TableOptions table) {
        String option = work.promote ? "--promote" : work.group != null ? "--group" : null;
        if (option != null && !table.arePoints()) {
            throw new CommandException(option + ": expected only with --series or --fields-of, which say which series.");
        }
        if (work.promote && table.series().size() != 1) {
            throw new CommandException("--promote: expected one --series; a model of several serves a --group.");
        }
        if (work.promote && table.step() != null) {
            throw new CommandException("--step: expected none with --promote, since the stream steps a model with each point.");
        }
        if (work.group != null && !GroupRequest.isName(work.group)) {
            throw new CommandException("--group: expected " + GroupRequest.NAME + " but was " + work.group);
        }
    }

    /**
     * What is at work on the series now.
     *
     * @param model id of a stored model; null for the online model
     * @param jointly whether it judges a group
     */
    public record AtWork(@Nullable String model, boolean jointly) {}

    /**
     * Looks whether a model of these rows can be put to work, before it is trained.
     *
     * @return what it would replace; null if nothing, or if it is not to be put to work
     * @throws CommandException if it cannot, or the platform is not there or refuses
     */
    public @Nullable AtWork check(TableOptions table, SeriesTable rows) {
        if (!work.promote && work.group == null) {
            return null;
        }
        long values = (long) rows.rows() * rows.columns().size();
        if (rows.missing() > MOST_MISSING * values) {
            throw new CommandException(String.format(Locale.ROOT,
                    "expected a table of which at most %.0f %% of the values are missing, to put a model of it to work, but was %.0f %%: a stream with such gaps begins a "
                            + "window anew behind each. Another --step or --from may help; without --promote or --group the model is trained all the same.",
                    100 * MOST_MISSING, 100.0 * rows.missing() / values));
        }
        try (ApiClient api = table.api()) {
            JsonNode served = served(api, table);
            if (served != null && work.group != null) {
                requireSame(served, table, rows);
            }
            return atWork(served);
        }
    }

    /** The group, or the series. */
    private @Nullable JsonNode served(ApiClient api, TableOptions table) {
        return api.find(work.group != null ? "/api/v1/groups/" + work.group : "/api/v1/series/" + table.series().getFirst());
    }

    private @Nullable AtWork atWork(@Nullable JsonNode served) {
        boolean jointly = work.group != null;
        return served == null ? null : new AtWork(text(served, jointly ? "model" : "promoted"), jointly);
    }

    private void requireSame(JsonNode group, TableOptions table, SeriesTable rows) {
        Duration step = Duration.parse(group.path("step").asString());
        if (!step.equals(rows.cadence())) {
            throw new CommandException("--step: expected " + step + ", that of the group " + work.group + ", but that of the table is "
                    + rows.cadence() + ".");
        }
        List<String> keys = group.path("series").valueStream().map(member -> member.path("key").asString()).toList();
        String fieldsOf = table.fieldsOf();
        boolean same = fieldsOf == null
                ? group.path("series").valueStream().map(member -> member.path("series").asLong(-1)).toList().equals(ids(table, rows))
                : keys.equals(rows.columns()) || keys.equals(rows.columns().stream().map(column -> fieldsOf + "#" + column).toList());
        if (!same) {
            throw new CommandException("--group: expected the series of " + work.group + " in their order, " + keys
                    + ", or a name that no other series have, but was " + rows.columns() + ".");
        }
    }

    /** Columns of the file are in the order of the series; those of the model may be fewer and in another. */
    private static List<Long> ids(TableOptions table, SeriesTable rows) {
        return rows.columns().stream().map(column -> table.series().get(rows.header().indexOf(column))).toList();
    }

    private static @Nullable String text(JsonNode object, String name) {
        JsonNode value = object.path(name);
        return value.isString() ? value.asString() : null;
    }

    /**
     * Puts a model to work.
     *
     * @param rows what it was trained on
     * @param compared what was at work when it was trained, see {@link #check}
     * @param objection what speaks against it; null if nothing does
     * @throws CommandException if something does, or the platform is not there or refuses
     */
    public void serve(TableOptions table, SeriesTable rows, String model, @Nullable AtWork compared, @Nullable String objection,
            PrintWriter out) {
        if (!work.promote && work.group == null) {
            return;
        }
        if (objection != null) {
            throw new CommandException(model + " is registered but not put to work: " + objection
                    + ". Train it longer or otherwise; the API puts any model to work.");
        }
        try (ApiClient api = table.api()) {
            if (!Objects.equals(compared, atWork(served(api, table)))) {
                throw new CommandException(
                        model + " is registered but not put to work: another model was meanwhile, and they were not compared. Run it again.");
            }
            api.awaitModel(model);
            if (work.group == null) {
                List<Long> series = table.series();
                ObjectNode promotion = JsonMapper.shared().createObjectNode();
                promotion.putPOJO("series", series);
                api.post("/api/v1/models/" + model + "/promote", promotion);
                out.printf("series %d is served by %s from its next points on%n", series.getFirst(), model);
            } else {
                api.put("/api/v1/groups/" + work.group, group(table, rows, model));
                out.printf("group %s is judged by %s%n", work.group, model);
            }
        }
        out.flush();
    }

    private static ObjectNode group(TableOptions table, SeriesTable rows, String model) {
        ObjectNode group = JsonMapper.shared().createObjectNode();
        group.put("model", model).put("step", rows.cadence().toNanos() + "ns");
        String fieldsOf = table.fieldsOf();
        if (fieldsOf != null && rows.columns().stream().allMatch(column -> column.startsWith(fieldsOf + "#"))) {
            group.putPOJO("series", rows.columns()); // which are named by their keys
        } else if (fieldsOf == null) {
            group.putPOJO("series", ids(table, rows));
        } else {
            group.put("fieldsOf", fieldsOf);
        }
        return group;
    }
}
