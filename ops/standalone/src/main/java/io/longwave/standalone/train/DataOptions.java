package io.longwave.standalone.train;

import io.longwave.standalone.client.TableOptions;
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
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options that name a data set and its columns. */
public final class DataOptions {

    @Mixin
    private TableOptions rows = new TableOptions();

    private Path file = Path.of("");

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private Columns columns = new Columns();

    @Option(names = "--time-column", paramLabel = "NAME", description = "Column of times (default: date, timestamp or time, else the first that holds dates).")
    private @Nullable String timeColumn;

    @Option(names = "--zone", paramLabel = "ZONE", defaultValue = "Z", description = "Zone of times without one, such as Europe/Berlin (default: UTC).")
    private ZoneId zone = ZoneOffset.UTC;

    @Option(names = "--split", paramLabel = "A,B,C", description = "Rows for training, validation and test (default: 12, 4 and 4 months for the ETT columns, else 70, 10 and 20 %%).")
    private @Nullable String split;

    /** One or the other. */
    static final class Columns {
        @Option(names = "--target", paramLabel = "COLUMN", split = ",", description = "Columns to forecast, separated by commas (of points default: all).")
        private List<String> targets = List.of();

        @Option(names = "--all", description = "Forecasts every numeric column.")
        private boolean all;
    }

    /**
     * Reads the table: of a file the columns that were named, of points those, or all.
     *
     * @param command that was called with these options
     * @param dataDirectory where a table of points is kept
     * @throws ParameterException if no columns of a file were named
     * @throws CommandException if the file or a column cannot be used
     */
    public SeriesTable read(CommandLine command, Path dataDirectory) {
        if (!rows.arePoints() && !columns.all && columns.targets.isEmpty()) {
            throw new ParameterException(command,
                    "Missing required argument (specify one of these): (--target=COLUMN[,COLUMN...] | --all)");
        }
        file = rows.file(dataDirectory);
        try {
            SeriesTable table = SeriesCsv.read(file,
                    new SeriesCsv.Selection(rows.timeColumn(timeColumn), zone, columns.all ? List.of() : columns.targets));
            long missing = table.missing();
            if (missing > 0) {
                command.getErr().printf(Locale.ROOT,
                        "%s: %,d of %,d values are missing; straight lines between their neighbours stand in for them.%n",
                        file, missing,
                        (long) table.rows() * table.columns().size());
                command.getErr().flush();
            }
            return table;
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

    /** Column of times; null to find it. */
    public @Nullable String timeColumn() {
        return timeColumn;
    }

    /** Zone of times without one. */
    public ZoneId zone() {
        return zone;
    }

    /** The file that was named, and once {@link #read} was called the one with the points of the series that were. */
    public Path file() {
        return file;
    }

    /** Columns that were named; none for all. */
    public List<String> targets() {
        return columns.targets;
    }

    public TableOptions rows() {
        return rows;
    }

    /** What a model of these columns is called if nothing else is said: its column, or the file's name for all of them. */
    public String modelName() {
        if (!columns.targets.isEmpty()) {
            return String.join("-", columns.targets);
        }
        return String.valueOf(file.getFileName()).replaceAll("\\.csv(\\.gz)?$", "");
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
