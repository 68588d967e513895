package io.longwave.api.timegpt;

import io.longwave.api.forecast.HistoryForecasts;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.longwave.api.query.Times;
import io.longwave.wire.HistoryForecastRequest.History;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What a request asks, as far as every address has it.
 *
 * @param model id of a registered model, or {@link HistoryForecasts#ONLINE}
 * @param series one history of one channel for each series
 * @param levels of intervals in (0, 1), by what the request calls them in percent; 0 stands for an interval that is its middle
 */
record TimeGptRequest(JsonNode json, String model, List<History> series, Map<String, Double> levels) {
    private static final String PREFIX = "timegpt";
    /** What a series without times lasts at most, with what follows it. */
    private static final long LONGEST = 1L << 62;
    /** What somebody who asks for it must not be answered without. */
    private static final List<String> NOT_HERE = List.of("feature_contributions", "multivariate", "finetune_steps", "hist_exog",
            "model_parameters");
    /** As programs write times of which the rest is zero. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder().appendPattern("yyyy[-MM[-dd]]['T'HH[:mm[:ss]]]")
            .optionalStart().appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true).optionalEnd().optionalStart()
            .appendOffset("+HH:MM", "Z").optionalEnd().parseDefaulting(ChronoField.MONTH_OF_YEAR, 1)
            .parseDefaulting(ChronoField.DAY_OF_MONTH, 1).parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
            .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0).parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
            .parseDefaulting(ChronoField.OFFSET_SECONDS, 0).toFormatter();

    /** @throws ProblemException if it is not as clients write it, or asks for what there is not */
    static TimeGptRequest read(JsonNode json) {
        JsonNode series = json.path("series");
        if (!series.isObject()) {
            throw new ProblemException(ProblemType.MALFORMED_BODY, "expected a JSON object with an object series");
        }
        for (String name : NOT_HERE) {
            refuse(name, json.path(name));
        }
        for (String name : List.of("X", "X_future", "categorical_exog")) {
            refuse("series." + name, series.path(name));
        }
        return new TimeGptRequest(json, model(json), histories(series, Frequency.nanos(json.path("freq").asString("")),
                Math.clamp(json.path("h").asInt(0), 1, HistoryForecasts.MAX_HORIZON)), levels(json));
    }

    private static void refuse(String name, JsonNode given) {
        boolean asked = given.isContainer()
                ? !given.isEmpty()
                : given.isBoolean() ? given.asBoolean() : given.isNumber() && given.asDouble() != 0;
        if (asked) {
            throw ProblemException.badParameter(name,
                    "none, because models here are given the values of one series and nothing else, and learn nothing from a request",
                    given.isContainer() ? "given" : given.asString());
        }
    }

    private static String model(JsonNode json) {
        JsonNode tuned = json.path("finetuned_model_id");
        String model = tuned.isString() ? tuned.asString() : json.path("model").asString(PREFIX);
        return named(model);
    }

    /** What a client calls a model: TimeGPT's own are the online model here, which needs no training either. */
    static String named(String model) {
        return model.startsWith(PREFIX) ? HistoryForecasts.ONLINE : model;
    }

    private static List<History> histories(JsonNode series, long step, int ahead) {
        JsonNode y = series.path("y");
        JsonNode sizes = series.path("sizes");
        JsonNode starts = series.path("start_datetime");
        if (!y.isArray() || !sizes.isArray()) {
            throw ProblemException.badParameter("series", "arrays y and sizes", "absent");
        }
        if (starts.isArray() && starts.size() != sizes.size()) {
            throw ProblemException.badParameter("series.start_datetime", sizes.size() + " times, one for each series", starts.size());
        }
        if (sizes.isEmpty()) {
            throw ProblemException.badParameter("series", "at least one", "none");
        }
        // Before any of them takes memory.
        if (y.size() > HistoryForecasts.MAX_VALUES || sizes.size() > HistoryForecasts.MAX_HISTORIES) {
            throw ProblemException.badParameter("series",
                    "at most " + HistoryForecasts.MAX_HISTORIES + " series and " + HistoryForecasts.MAX_VALUES
                            + " values together; send fewer at a time (num_partitions)",
                    sizes.size() + " series and " + y.size() + " values");
        }
        List<History> histories = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < sizes.size(); i++) {
            int size = whole("series.sizes[" + i + "]", sizes.get(i), 1, y.size() - from);
            double[] values = new double[size];
            for (int l = 0; l < size; l++) {
                values[l] = value(from + l, y.get(from + l));
            }
            from += size;
            histories.add(starts.isArray()
                    ? new History("", time(i, starts.get(i).asString("")), step, new double[][]{values})
                    // Where times are only numbers clients call them months, of which there are not many thousands.
                    : new History("", 0, Math.min(step, LONGEST / (size + ahead)), new double[][]{values}));
        }
        if (from < y.size()) {
            throw ProblemException.badParameter("series.sizes", "numbers that add up to the " + y.size() + " values of y", from);
        }
        return histories;
    }

    private static double value(int at, JsonNode given) {
        if (given.isNull()) {
            return Double.NaN;
        }
        if (!given.isNumber()) {
            throw ProblemException.badParameter("series.y[" + at + "]", "a number or null", given);
        }
        return given.asDouble();
    }

    private static long time(int series, String text) {
        try {
            return Times.nanos(OffsetDateTime.parse(text, TIME));
        } catch (DateTimeParseException | ArithmeticException e) {
            throw ProblemException.badParameter("series.start_datetime[" + series + "]",
                    "a time such as 2026-03-01T12:00:00 between the years 1678 and 2262", text);
        }
    }

    private static Map<String, Double> levels(JsonNode json) {
        JsonNode given = json.path("level");
        Map<String, Double> levels = new TreeMap<>();
        for (JsonNode level : given.isArray() ? given : given.isNumber() ? List.of(given) : List.<JsonNode>of()) {
            double percent = level.asDouble(Double.NaN);
            if (!(percent >= 0 && percent < 100)) {
                throw ProblemException.badParameter("level", "numbers from 0 to 100, of percent", level);
            }
            levels.put(level.asString(), percent / 100);
        }
        return levels;
    }

    /** A whole number that the request must say. @throws ProblemException if it does not, or it is out of range */
    int whole(String name, int least, int most) {
        return whole(name, json.path(name), least, most);
    }

    /** One that it may leave out. */
    int whole(String name, int least, int most, int usual) {
        JsonNode given = json.path(name);
        return given.isMissingNode() || given.isNull() ? usual : whole(name, given, least, most);
    }

    private static int whole(String name, JsonNode given, int least, int most) {
        if (!given.isIntegralNumber() || !given.canConvertToInt() || given.asInt() < least || given.asInt() > most) {
            throw ProblemException.badParameter(name, "a whole number from " + least + " to " + most,
                    given.isMissingNode() ? "absent" : given);
        }
        return given.asInt();
    }

    /** The same, with a level where it has none. */
    TimeGptRequest withUsualLevel() {
        return levels.isEmpty() ? new TimeGptRequest(json, model, series, Map.of("99", 0.99)) : this;
    }

    /** Values of the longest series. */
    int longest() {
        return series.stream().mapToInt(one -> values(one).length).max().orElseThrow();
    }

    /** @throws ProblemException if an answer of so many steps would have too many numbers */
    void checkAnswered(long steps) {
        HistoryForecasts.checkAnswered(steps, intervals().size());
    }

    /** Levels that are more than a middle, ascending, each once. */
    List<Double> intervals() {
        return intervals(levels);
    }

    static List<Double> intervals(Map<String, Double> levels) {
        return levels.values().stream().filter(level -> level > 0).distinct().sorted().toList();
    }

    static double[] values(History history) {
        return history.channels()[0];
    }

    /** Time of the value of that number, also of those that follow. */
    static long time(History history, int number) {
        return history.startNanos() + number * history.stepNanos();
    }

    /** The same history without what is before one value and from another on. */
    static History part(History history, int from, int end) {
        return new History(history.name(), time(history, from), history.stepNanos(),
                new double[][]{Arrays.copyOfRange(values(history), from, end)});
    }
}
