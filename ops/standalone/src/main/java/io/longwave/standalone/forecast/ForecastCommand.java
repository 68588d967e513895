package io.longwave.standalone.forecast;

import io.longwave.ssm.forecast.HistoryForecaster;
import io.longwave.ssm.forecast.HistoryForecaster.ChannelForecast;
import io.longwave.ssm.forecast.HistoryForecaster.Outcome;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.standalone.command.CsvText;
import io.longwave.standalone.forecast.HistoryFile.Columns;
import io.longwave.wire.HistoryForecastRequest;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code longwave forecast}: what follows the rows of a file. */
@Command(name = "forecast", description = {"Forecasts what follows the rows of a file, or what a running platform has stored of series.",
        "",
        "The model 'online' needs no training and forecasts each column by itself. A model that was trained with --task forecast forecasts the columns it was trained on, together where they were.",
        "",
        "Standard output is CSV: time, column, mean, and the bounds of each interval. Models that cannot serve a stream give means alone."}, mixinStandardHelpOptions = true, sortOptions = false)
public final class ForecastCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private HistoryFile file = new HistoryFile();

    @Option(names = "--horizon", paramLabel = "STEPS", description = "Steps ahead (default: 96, or as many as the model was trained for).")
    private @Nullable Integer horizon;

    @Option(names = "--levels", paramLabel = "L", split = ",", defaultValue = "0.8,0.95", description = "Interval levels between 0 and 1, separated by commas (default: ${DEFAULT-VALUE}).")
    private List<Double> levels = List.of();

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        double[] asked = HistoryFile.levels(command.commandLine(), levels);
        if (horizon != null && horizon < 1) {
            throw new ParameterException(command.commandLine(), "--horizon: expected at least 1 but was " + horizon);
        }
        HistoryForecaster forecaster = file.open();
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        Columns read = file.read(forecaster, err);
        List<Outcome> outcomes = forecast(forecaster, read, asked);
        Iterator<String> columns = read.columns().iterator();
        boolean headed = false;
        int failed = 0;
        for (Outcome outcome : outcomes) {
            if (outcome.problem() != null) {
                err.println(file.failed(read.apart() ? columns.next() : null, outcome.problem()));
                failed++;
            }
            for (ChannelForecast channel : outcome.channels()) {
                if (!headed) {
                    out.println("time,column,mean" + HistoryFile.bounds(levels.subList(0, channel.outlook().lower().length)));
                    headed = true;
                }
                print(out, columns.next(), channel, read.calendar());
            }
        }
        out.flush();
        err.flush();
        return failed == 0 ? 0 : 1;
    }

    private List<Outcome> forecast(HistoryForecaster forecaster, Columns read, double[] asked) {
        int steps = horizon == null ? Math.min(HistoryForecastRequest.USUAL_HORIZON, forecaster.longestHorizon()) : horizon;
        try {
            return forecaster.forecast(read.histories(), steps, asked, () -> true);
        } catch (IllegalArgumentException e) {
            throw file.failed(e);
        }
    }

    private static void print(PrintWriter out, String column, ChannelForecast channel, @Nullable CalendarSteps calendar) {
        Outlook outlook = channel.outlook();
        for (int h = 0; h < outlook.mean().length; h++) {
            Instant time = calendar == null
                    ? Instant.EPOCH.plusNanos(channel.issuedAtNanos() + outlook.stepNanos() * (h + 1))
                    : calendar.after(channel.issuedAtNanos(), h + 1);
            StringBuilder line = new StringBuilder().append(time)
                    .append(',').append(CsvText.quoted(column)).append(',').append(outlook.mean()[h]);
            for (int k = 0; k < outlook.lower().length; k++) {
                line.append(',').append(outlook.lower()[k][h]).append(',').append(outlook.upper()[k][h]);
            }
            out.println(line);
        }
    }
}
