package io.longwave.standalone.forecast;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.StoredModel;
import io.longwave.series.PredictionInterval;
import io.longwave.ssm.forecast.History;
import io.longwave.ssm.forecast.HistoryForecaster;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.standalone.client.TableOptions;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.train.TrainingRequest;
import io.longwave.train.DataFileException;
import io.longwave.train.SeriesCsv;
import io.longwave.train.SeriesTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Options that say which model is asked about the rows of which file, or of what a running platform has stored. */
final class HistoryFile {
    private static final String ONLINE = "online";

    /** Share of a distance by which another may differ, to be the same. */
    private static final int SAME_RHYTHM = 50;

    @Parameters(index = "0", paramLabel = "MODEL", description = "Id of a registered model, its folder, or 'online'.")
    private String model = "";

    @Mixin
    private TableOptions rows = new TableOptions();

    private Path file = Path.of("");

    /** Distance of the rows that the model was trained on; zero where that is not known. */
    private Duration trainedStep = Duration.ZERO;

    @Option(names = "--target", paramLabel = "COLUMN", split = ",", description = "Columns to look at, separated by commas (default: those the model was trained on; for 'online' every numeric one).")
    private List<String> targets = List.of();

    @Option(names = "--time-column", paramLabel = "NAME", description = "Column of times (default: date, timestamp or time, else the first that holds dates).")
    private @Nullable String timeColumn;

    @Option(names = "--zone", paramLabel = "ZONE", defaultValue = "Z", description = "Zone of times without one, such as Europe/Berlin (default: UTC).")
    private ZoneId zone = ZoneOffset.UTC;

    @Option(names = "--data-dir", paramLabel = "DIR", defaultValue = ".longwave", description = "Where models are registered (default: ${DEFAULT-VALUE} in the current folder).")
    private Path dataDirectory = Path.of(".longwave");

    /** @throws CommandException if there is no such forecaster */
    HistoryForecaster open() {
        if (model.equals(ONLINE)) {
            return HistoryForecaster.stepping(new OnlineModel());
        }
        try {
            StoredModel stored = TrainingRequest.open(model, dataDirectory);
            trainedStep = Duration.ofMillis(stored.card().data().cadenceMillis());
            return HistoryForecaster.open(stored);
        } catch (CheckpointException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The columns of the file.
     *
     * @param columns their names, in the order of the channels of all histories together
     * @param apart whether each column is a history by itself, as a model of one column takes them
     * @param calendar by which the times go on; null if they are as far apart as the clock says
     */
    record Columns(List<String> columns, boolean apart, List<History> histories, @Nullable CalendarSteps calendar) {}

    /**
     * @param err told where the model knows another rhythm
     * @throws CommandException if the file cannot be read, or has not what the model takes
     */
    Columns read(HistoryForecaster forecaster, PrintWriter err) {
        SeriesTable table = table(forecaster);
        Duration step = table.cadence();
        if (!trainedStep.isZero() && !step.isZero()
                && step.minus(trainedStep).abs().compareTo(trainedStep.dividedBy(SAME_RHYTHM)) > 0) {
            err.printf(
                    "%s: expected rows %s apart, as those that %s was trained on, but found %s: it takes each for the next of its own.%n",
                    file, trainedStep, forecaster.model(), step);
            err.flush();
        }
        boolean apart = forecaster.columns().size() == 1;
        List<double[][]> channels = apart
                ? Arrays.stream(table.values()).map(column -> new double[][]{column}).toList()
                : List.<double[][]>of(table.values());
        int[] rows = laterRows(table.timesNanos());
        try {
            long[] times = Arrays.stream(rows).mapToLong(row -> table.timesNanos()[row]).toArray();
            return new Columns(table.columns(), apart, channels.stream()
                    .map(all -> new History(times,
                            Arrays.stream(all).map(one -> Arrays.stream(rows).mapToDouble(row -> one[row]).toArray())
                                    .toArray(double[][]::new)))
                    .toList(), CalendarSteps.of(times, zone));
        } catch (IllegalArgumentException e) {
            throw failed(e);
        }
    }

    /** What went wrong with the file as a whole. */
    CommandException failed(IllegalArgumentException e) {
        return new CommandException(file + ": " + e.getMessage(), e);
    }

    /** What went wrong with a column, or with all of them together. */
    String failed(@Nullable String column, String problem) {
        return "longwave: " + file + (column == null ? "" : ", column " + column) + ": " + problem;
    }

    private SeriesTable table(HistoryForecaster forecaster) {
        List<String> own = forecaster.columns();
        // A model of several columns knows them by their order.
        if (own.size() > 1 && !targets.isEmpty() && !Set.copyOf(targets).equals(Set.copyOf(own))) {
            throw new CommandException(
                    "--target: expected the columns that " + forecaster.model() + " was trained on, " + String.join(",", own)
                            + ", but was " + String.join(",", targets));
        }
        List<String> columns = own.size() > 1 || targets.isEmpty() && !model.equals(ONLINE) ? own : targets;
        file = rows.file(dataDirectory);
        try {
            return SeriesCsv.read(file, new SeriesCsv.Selection(rows.timeColumn(timeColumn), zone, columns));
        } catch (DataFileException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Rows that are later than all before: the hour that the end of summer time doubles is in a file of local times twice. */
    private static int[] laterRows(long[] times) {
        int[] rows = new int[times.length];
        int count = 0;
        for (int row = 0; row < times.length; row++) {
            if (count == 0 || times[row] > times[rows[count - 1]]) {
                rows[count++] = row;
            }
        }
        return Arrays.copyOf(rows, count);
    }

    /** @throws ParameterException if one is no level */
    static double[] levels(CommandLine command, List<Double> levels) {
        for (double level : levels) {
            if (!(level > 0 && level < 1)) {
                throw new ParameterException(command, "--levels: expected numbers between 0 and 1 but was " + level);
            }
        }
        return levels.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Names of the columns of a header that hold intervals. */
    static String bounds(List<Double> levels) {
        StringBuilder header = new StringBuilder();
        for (double level : levels) {
            String percent = PredictionInterval.percent(level);
            header.append(",lo-").append(percent).append(",hi-").append(percent);
        }
        return header.toString();
    }
}
