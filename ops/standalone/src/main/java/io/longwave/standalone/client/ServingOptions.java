package io.longwave.standalone.client;

import io.longwave.standalone.command.CommandException;
import io.longwave.train.SeriesTable;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Options that put a model to work on the series whose points it was trained on. */
public final class ServingOptions {

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private Work work = new Work();

    /** One or the other. */
    static final class Work {
        @Option(names = "--promote", description = "With one of --series: serves it with the model, if it is better than naive forecasts.")
        private boolean promote;

        @Option(names = "--group", paramLabel = "NAME", description = "With --series or --fields-of: has the model judge the series jointly as this group, which is made, or handed over where it is known; if it is better than naive forecasts.")
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
    }

    /**
     * Puts a model to work.
     *
     * @param rows what it was trained on
     * @param objection what speaks against it; null if nothing does
     * @throws CommandException if something does, or the platform is not there or refuses
     */
    public void serve(TableOptions table, SeriesTable rows, String model, @Nullable String objection, PrintWriter out) {
        if (!work.promote && work.group == null) {
            return;
        }
        if (objection != null) {
            throw new CommandException(model + " is registered but not put to work: " + objection
                    + ". Train it longer or otherwise; the API puts any model to work.");
        }
        try (ApiClient api = table.api()) {
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
        group.put("model", model).put("step", table.step());
        if (table.fieldsOf() == null) {
            // Columns of the file are in the order of the series; those of the model may be fewer and in another.
            group.putPOJO("series", rows.columns().stream().map(column -> table.series().get(rows.header().indexOf(column))).toList());
        } else {
            group.put("fieldsOf", table.fieldsOf());
        }
        return group;
    }
}
