package io.longwave.standalone.train;

import io.longwave.standalone.command.CommandException;
import io.longwave.train.DataFileException;
import io.longwave.train.ForecastTask;
import io.longwave.train.SeriesCsv;
import io.longwave.train.SeriesTable;
import io.longwave.train.Split;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options that name a data set and its columns. */
public final class DataOptions {

    @Option(names = "--data", paramLabel = "FILE", required = true, description = "CSV, plain or gzip, with a header, a time column and numeric columns.")
    private Path file = Path.of("");

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Columns columns = new Columns();

    @Option(names = "--time-column", paramLabel = "NAME", description = "Column of times (default: date, timestamp or time, else the first that holds dates).")
    private @Nullable String timeColumn;

    @Option(names = "--zone", paramLabel = "ZONE", defaultValue = "Z", description = "Zone of times without one, such as Europe/Berlin (default: UTC).")
    private ZoneId zone = ZoneOffset.UTC;

    @Option(names = "--split", paramLabel = "A,B,C", description = "Rows for training, validation and test (default: 12, 4 and 4 months for the ETT columns, else 70, 10 and 20 %%).")
    private @Nullable String split;

    /** One or the other. */
    static final class Columns {
        @Option(names = "--target", paramLabel = "COLUMN", split = ",", description = "Columns to forecast, separated by commas.")
        private List<String> targets = List.of();

        @Option(names = "--all", description = "Forecasts every numeric column.")
        private boolean all;
    }

    /** @throws CommandException if the file or a column cannot be used */
    public SeriesTable read() {
        try {
            return SeriesCsv.read(file, new SeriesCsv.Selection(timeColumn, zone, columns.all ? List.of() : columns.targets));
        } catch (DataFileException e) {
            throw new CommandException(message(e), e);
        }
    }

    /** @throws CommandException if the table is too short for split, lag and horizon */
    public ForecastTask task(SeriesTable table, int lag, int horizon) {
        try {
            return new ForecastTask(table, split == null ? Split.conventional(table) : Split.parse(split), lag, horizon);
        } catch (IllegalArgumentException e) {
            throw new CommandException(file + ": " + message(e), e);
        }
    }

    public Path file() {
        return file;
    }

    /** What a model of these columns is called if nothing else is said: its column, or the file's name for all of them. */
    public String modelName() {
        if (!columns.all) {
            return String.join("-", columns.targets);
        }
        return String.valueOf(file.getFileName()).replaceAll("\\.csv(\\.gz)?$", "");
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
