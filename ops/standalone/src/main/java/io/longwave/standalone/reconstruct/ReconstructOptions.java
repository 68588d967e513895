package io.longwave.standalone.reconstruct;

import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.train.PartOptions;
import io.longwave.train.DataFileException;
import io.longwave.train.SeriesTable;
import io.longwave.train.anomaly.LabelledCsv;
import io.longwave.train.anomaly.PointLabelledSeries;
import io.longwave.train.layout.AnomalySource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of series with labelled test rows and of learning to reconstruct them. */
public final class ReconstructOptions {

    /** How columns count in the score of a row. */
    enum Weighting {
        /** All alike. */
        EQUAL,
        /** Each divided by its own mean error on the training part: a column that is always hard to give back says less. */
        TRAIN_ERROR
    }

    @Option(names = "--window", paramLabel = "N", defaultValue = "64", description = "Rows a model sees at once (default: ${DEFAULT-VALUE}).")
    private int window = 64;

    @Option(names = "--stride", paramLabel = "N", description = "Rows between training windows (default: a quarter of the window).")
    private @Nullable Integer stride;

    @Option(names = "--score-stride", paramLabel = "N", description = "Rows between windows whose errors are averaged into scores (default: a quarter of the window).")
    private @Nullable Integer scoreStride;

    @Option(names = "--weights", paramLabel = "KIND", defaultValue = "EQUAL", description = "${COMPLETION-CANDIDATES}: how columns count in the score of a row (default: ${DEFAULT-VALUE}).")
    private Weighting weighting = Weighting.EQUAL;

    @Option(names = "--quantile", paramLabel = "Q", defaultValue = "0.995", description = "Share of training rows below the fixed threshold (default: ${DEFAULT-VALUE}).")
    private double quantile = 0.995;

    @Option(names = "--machine", paramLabel = "NAME", split = ",", description = "Only these of the series found (default: all).")
    private List<String> machines = List.of();

    @Option(names = "--label-column", paramLabel = "NAME", description = "CSV: column of labels 0 and 1 (default: label, anomaly or is_anomaly).")
    private @Nullable String labelColumn;

    @Option(names = "--unlabelled", description = "CSV without labels: every row is taken as normal, so that alarms a day are all that is measured (of points always).")
    private boolean unlabelled;

    @Option(names = "--train-rows", paramLabel = "X", description = "CSV without a test file, and points: share of the rows to train on, the first ones (default: 0.5, without labels 0.8).")
    private @Nullable Double trainShare;

    @Option(names = "--interval", paramLabel = "SECONDS", description = "Time between rows, for alarms a day (default: as the times say, 60 where there are none).")
    private @Nullable Double interval;

    int window() {
        return window;
    }

    int stride() {
        return stride == null ? Math.max(1, window / 4) : stride;
    }

    int scoreStride() {
        return scoreStride == null ? Math.max(1, window / 4) : scoreStride;
    }

    Weighting weighting() {
        return weighting;
    }

    double quantile() {
        return quantile;
    }

    /** Time between rows. */
    Duration interval(PointLabelledSeries series) {
        if (interval != null) {
            return Duration.ofNanos(Math.round(interval * 1e9));
        }
        return series.interval() == null ? Duration.ofMinutes(1) : series.interval();
    }

    /**
     * @param targets columns of CSV files to judge by; empty for all
     * @throws CommandException if the place holds no layout that is known or a machine that was asked for is not there
     */
    public Found find(Path place, PartOptions parts, @Nullable String timeColumn, ZoneId zone, List<String> targets) {
        if (unlabelled && labelColumn != null) {
            throw new CommandException("--label-column: expected none with --unlabelled.");
        }
        try {
            AnomalySource source = AnomalySource.open(place, new AnomalySource.Options(parts.test(), trainShare(unlabelled),
                    new LabelledCsv.Columns(timeColumn, zone, !unlabelled, labelColumn, targets)));
            for (String machine : machines) {
                if (!source.names().contains(machine)) {
                    throw new CommandException("--machine: expected one of " + source.names() + " but was '" + machine + "'.");
                }
            }
            return new Found(source, machines.isEmpty() ? source.names() : machines);
        } catch (DataFileException | IllegalArgumentException e) {
            throw new CommandException(message(e), e);
        }
    }

    private double trainShare(boolean normal) {
        return trainShare != null ? trainShare : normal ? 0.8 : 0.5;
    }

    /**
     * Rows of a platform's points, all of which are taken as normal.
     *
     * @param file that they were read from
     * @throws CommandException if there are too few, or an option asks for what points do not have
     */
    public Found points(Path file, SeriesTable rows, PartOptions parts) {
        String option = labelColumn != null ? "--label-column" : !machines.isEmpty() ? "--machine" : parts.test() != null ? "--test" : null;
        if (option != null) {
            throw new CommandException(option + ": expected only with --data.");
        }
        try {
            PointLabelledSeries series = LabelledCsv.cut(file, rows, trainShare(true),
                    new LabelledCsv.Columns(null, ZoneOffset.UTC, false, null, List.of()));
            return new Found(AnomalySource.of(series), List.of(series.name()));
        } catch (DataFileException | IllegalArgumentException e) {
            throw new CommandException(message(e), e);
        }
    }

    /** Series that were asked for. */
    public record Found(AnomalySource source, List<String> names) {

        /** @throws CommandException if it cannot be read */
        PointLabelledSeries read(String name) {
            try {
                return source.read(name);
            } catch (DataFileException | IllegalArgumentException e) {
                throw new CommandException(message(e), e);
            }
        }
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
