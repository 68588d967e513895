package io.longwave.standalone.forecast;

import io.longwave.model.anomaly.Incident;
import io.longwave.model.anomaly.IncidentRules;
import io.longwave.ssm.forecast.History;
import io.longwave.ssm.forecast.HistoryForecaster;
import io.longwave.ssm.forecast.HistoryScorer;
import io.longwave.ssm.forecast.HistoryScorer.Outcome;
import io.longwave.ssm.forecast.HistoryScorer.Scores;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.command.CsvText;
import io.longwave.standalone.forecast.HistoryFile.Columns;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Arrays;
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

/** {@code longwave score}: which rows of a file are unusual. */
@Command(name = "score", description = {
        "Finds anomalies in a file, or in what a running platform has stored of series: judges each value by what those before it let expect, as the stream would have.",
        "",
        "The model 'online' needs no training and judges each column by itself, as does a model that was trained with --task forecast on one column and can serve a stream.",
        "",
        "Standard output is CSV: the anomalies of each column, or with --values each value with its score, what was expected of it, and the bounds of each interval."}, mixinStandardHelpOptions = true, sortOptions = false)
public final class ScoreCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private HistoryFile file = new HistoryFile();

    @Option(names = "--values", description = "Print each value in place of the anomalies.")
    private boolean values;

    @Option(names = "--levels", paramLabel = "L", split = ",", description = "With --values: interval levels between 0 and 1, separated by commas (default: none).")
    private List<Double> levels = List.of();

    @Option(names = "--threshold", paramLabel = "S", defaultValue = "0.9999", description = "Score that begins an anomaly (default: ${DEFAULT-VALUE}, which one in 10,000 usual values has).")
    private double threshold;

    @Option(names = "--keep-threshold", paramLabel = "S", defaultValue = "0.99", description = "Score that continues it (default: ${DEFAULT-VALUE}).")
    private double keepThreshold;

    @Option(names = "--calm-samples", paramLabel = "N", defaultValue = "10", description = "Values in a row below that end it (default: ${DEFAULT-VALUE}).")
    private int calmSamples;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        double[] asked = HistoryFile.levels(command.commandLine(), levels);
        if (asked.length > 0 && !values) {
            throw new ParameterException(command.commandLine(), "--levels: expected --values beside it");
        }
        IncidentRules rules = rules(command);
        HistoryForecaster forecaster = file.open();
        HistoryScorer scorer = forecaster.scorer().orElseThrow(() -> new CommandException(
                forecaster.model() + ": expected a model that serves streams of one series, which this one does not"));
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        Columns read = file.read(forecaster, err);
        List<Outcome> outcomes = scorer.score(read.histories(), asked, () -> true);
        out.println(values
                ? "time,column,value,expected,score" + HistoryFile.bounds(levels)
                : "column,time,timeEnd,values,peakTime,peakScore,peakValue,expected");
        int failed = 0;
        for (int i = 0; i < outcomes.size(); i++) {
            String column = read.columns().get(i);
            Scores scores = outcomes.get(i).scores();
            String problem = scores != null && Arrays.stream(scores.score()).allMatch(Double::isNaN)
                    ? "expected more values: " + scorer.model() + " judged none of " + scores.score().length
                    : outcomes.get(i).problem();
            if (scores == null || problem != null) {
                err.println(file.failed(column, String.valueOf(problem)));
                failed++;
            } else if (values) {
                print(out, column, read.histories().get(i), scores);
            } else {
                print(out, column, read.histories().get(i),
                        rules.incidents(scorer.model(), read.histories().get(i).channels()[0], scores::judgement));
            }
        }
        out.flush();
        err.flush();
        return failed == 0 ? 0 : 1;
    }

    private IncidentRules rules(CommandSpec command) {
        try {
            return new IncidentRules(threshold, keepThreshold, calmSamples);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static void print(PrintWriter out, String column, History history, Scores scores) {
        double[] values = history.channels()[0];
        for (int l = 0; l < values.length; l++) {
            StringBuilder line = new StringBuilder().append(time(history, l)).append(',').append(CsvText.quoted(column));
            append(line, values[l]);
            append(line, scores.expected()[l]);
            append(line, scores.score()[l]);
            for (int k = 0; k < scores.lower().length; k++) {
                append(line, scores.lower()[k][l]);
                append(line, scores.upper()[k][l]);
            }
            out.println(line);
        }
    }

    /** Empty where there is no number. */
    private static void append(StringBuilder line, double number) {
        line.append(',');
        if (!Double.isNaN(number)) {
            line.append(number);
        }
    }

    private static void print(PrintWriter out, String column, History history, List<Incident> incidents) {
        for (Incident incident : incidents) {
            out.println(CsvText.quoted(column) + ',' + time(history, incident.startTime()) + ','
                    + (incident.ended() ? time(history, incident.lastTime()) : "") + ',' + incident.points() + ','
                    + time(history, incident.peakTime()) + ',' + incident.peakScore() + ',' + incident.peakValue() + ','
                    + incident.expected());
        }
    }

    private static Instant time(History history, long position) {
        return Instant.EPOCH.plusNanos(history.timesNanos()[(int) position]);
    }
}
