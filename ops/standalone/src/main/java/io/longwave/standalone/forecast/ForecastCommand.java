package io.longwave.standalone.forecast;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.ssm.forecast.History;
import io.longwave.ssm.forecast.HistoryForecaster;
import io.longwave.ssm.forecast.HistoryForecaster.ChannelForecast;
import io.longwave.ssm.forecast.HistoryForecaster.Outcome;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.command.CsvText;
import io.longwave.standalone.train.TrainingRequest;
import io.longwave.train.DataFileException;
import io.longwave.wire.HistoryForecastRequest;
import io.longwave.train.SeriesCsv;
import io.longwave.train.SeriesTable;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code longwave forecast}: what follows the rows of a file. */
@Command(name = "forecast", description = {"Forecasts what follows the rows of a file.", "",
        "The model 'online' needs no training and forecasts each column by itself. A model that was trained with --task forecast forecasts the columns it was trained on, together where they were.",
        "",
        "Standard output is CSV: time, column, mean, and the bounds of each interval. Models that cannot serve a stream give means alone."}, mixinStandardHelpOptions = true, sortOptions = false)
public final class ForecastCommand implements Callable<Integer> {
    private static final String ONLINE = "online";
    private static final long NANOS_PER_MILLI = 1_000_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL", description = "Id of a registered model, its folder, or 'online'.")
    private String model = "";

    @Option(names = "--data", paramLabel = "FILE", required = true, description = "CSV, plain or gzip, with a header, a time column and numeric columns, oldest row first; of rows with one time the first counts.")
    private Path file = Path.of("");

    @Option(names = "--target", paramLabel = "COLUMN", split = ",", description = "Columns to forecast, separated by commas (default: those the model was trained on; for 'online' every numeric one).")
    private List<String> targets = List.of();

    @Option(names = "--time-column", paramLabel = "NAME", description = "Column of times (default: date, timestamp or time, else the first that holds dates).")
    private @Nullable String timeColumn;

    @Option(names = "--zone", paramLabel = "ZONE", defaultValue = "Z", description = "Zone of times without one, such as Europe/Berlin (default: UTC).")
    private ZoneId zone = ZoneOffset.UTC;

    @Option(names = "--horizon", paramLabel = "STEPS", description = "Steps ahead (default: 96, or as many as the model was trained for).")
    private @Nullable Integer horizon;

    @Option(names = "--levels", paramLabel = "L", split = ",", defaultValue = "0.8,0.95", description = "Interval levels between 0 and 1, separated by commas (default: ${DEFAULT-VALUE}).")
    private List<Double> levels = List.of();

    @Option(names = "--data-dir", paramLabel = "DIR", defaultValue = ".longwave", description = "Where models are registered (default: ${DEFAULT-VALUE} in the current folder).")
    private Path dataDirectory = Path.of(".longwave");

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        for (double level : levels) {
            if (!(level > 0 && level < 1)) {
                throw new ParameterException(command.commandLine(), "--levels: expected numbers between 0 and 1 but was " + level);
            }
        }
        if (horizon != null && horizon < 1) {
            throw new ParameterException(command.commandLine(), "--horizon: expected at least 1 but was " + horizon);
        }
        HistoryForecaster forecaster = open();
        SeriesTable table = read(forecaster);
        // A model of one column forecasts each by itself.
        boolean apart = forecaster.columns().size() == 1;
        List<double[][]> channels = apart
                ? Arrays.stream(table.values()).map(column -> new double[][]{column}).toList()
                : List.<double[][]>of(table.values());
        List<Outcome> outcomes = forecast(forecaster, table, channels);
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        Iterator<String> columns = table.columns().iterator();
        boolean headed = false;
        int failed = 0;
        for (Outcome outcome : outcomes) {
            if (outcome.problem() != null) {
                err.println("longwave: " + file + (apart ? ", column " + columns.next() : "") + ": " + outcome.problem());
                failed++;
            }
            for (ChannelForecast channel : outcome.channels()) {
                if (!headed) {
                    out.println(header(channel.outlook()));
                    headed = true;
                }
                print(out, columns.next(), channel);
            }
        }
        out.flush();
        err.flush();
        return failed == 0 ? 0 : 1;
    }

    private HistoryForecaster open() {
        if (model.equals(ONLINE)) {
            return HistoryForecaster.stepping(new OnlineModel());
        }
        try {
            return HistoryForecaster.open(TrainingRequest.open(model, dataDirectory));
        } catch (CheckpointException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    private SeriesTable read(HistoryForecaster forecaster) {
        List<String> own = forecaster.columns();
        // A model of several columns knows them by their order.
        if (own.size() > 1 && !targets.isEmpty() && !Set.copyOf(targets).equals(Set.copyOf(own))) {
            throw new CommandException(
                    "--target: expected the columns that " + forecaster.model() + " was trained on, " + String.join(",", own)
                            + ", but was " + String.join(",", targets));
        }
        List<String> columns = own.size() > 1 || targets.isEmpty() && !model.equals(ONLINE) ? own : targets;
        try {
            return SeriesCsv.read(file, new SeriesCsv.Selection(timeColumn, zone, columns));
        } catch (DataFileException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    private List<Outcome> forecast(HistoryForecaster forecaster, SeriesTable table, List<double[][]> channels) {
        int[] rows = laterRows(table.timesMillis());
        int steps = horizon == null ? Math.min(HistoryForecastRequest.USUAL_HORIZON, forecaster.longestHorizon()) : horizon;
        try {
            long[] times = Arrays.stream(rows).mapToLong(row -> Math.multiplyExact(table.timesMillis()[row], NANOS_PER_MILLI)).toArray();
            List<History> histories = channels.stream()
                    .map(all -> new History(times,
                            Arrays.stream(all).map(one -> Arrays.stream(rows).mapToDouble(row -> one[row]).toArray())
                                    .toArray(double[][]::new)))
                    .toList();
            return forecaster.forecast(histories, steps, levels.stream().mapToDouble(Double::doubleValue).toArray(), () -> true);
        } catch (ArithmeticException e) {
            throw new CommandException(file + ": expected times that nanoseconds in 64 bits can hold", e);
        } catch (IllegalArgumentException e) {
            throw new CommandException(file + ": " + e.getMessage(), e);
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

    private String header(Outlook outlook) {
        StringBuilder header = new StringBuilder("time,column,mean");
        for (int k = 0; k < outlook.lower().length; k++) {
            String percent = BigDecimal.valueOf(levels.get(k)).movePointRight(2).stripTrailingZeros().toPlainString();
            header.append(",lo-").append(percent).append(",hi-").append(percent);
        }
        return header.toString();
    }

    private static void print(PrintWriter out, String column, ChannelForecast channel) {
        Outlook outlook = channel.outlook();
        for (int h = 0; h < outlook.mean().length; h++) {
            long time = channel.issuedAtNanos() + outlook.stepNanos() * (h + 1);
            StringBuilder line = new StringBuilder().append(Instant.EPOCH.plusNanos(time))
                    .append(',').append(CsvText.quoted(column)).append(',').append(outlook.mean()[h]);
            for (int k = 0; k < outlook.lower().length; k++) {
                line.append(',').append(outlook.lower()[k][h]).append(',').append(outlook.upper()[k][h]);
            }
            out.println(line);
        }
    }
}
