package io.longwave.standalone.replay;

import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.write.LineProtocol;
import io.longwave.standalone.write.WriteClient;
import io.longwave.train.TimeText;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code longwave replay}: sends a CSV file to a running Longwave, as any client would. */
@Command(name = "replay", description = {
        "Sends a CSV file (plain or gzip, with a header) to a running Longwave: the time column becomes the time,"
                + " every numeric column a field.",
        "",
        "Rows and cells that cannot be read are named and counted, the others are sent."}, mixinStandardHelpOptions = true, sortOptions = false)
public final class ReplayCommand implements Callable<Integer> {

    private static final int LINES_A_BATCH = 5000;
    private static final int COMPLAINTS_SHOWN = 10;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "CSV file.")
    private Path file = Path.of("");

    @Option(names = "--time-column", paramLabel = "NAME", description = "Column that holds the time (default: the one named date, timestamp, time, datetime or ts).")
    private @Nullable String timeColumn;

    @Option(names = "--zone", paramLabel = "ZONE", defaultValue = "UTC", description = "Zone of times that name none, for example Europe/Berlin (default: ${DEFAULT-VALUE}).")
    private String zone = "UTC";

    @Option(names = "--speed", paramLabel = "FACTOR", defaultValue = "max", converter = Speed.class, description = "Seconds of the file sent in one second, for example 1000; max or 0 sends as fast as the service takes it"
            + " (default: ${DEFAULT-VALUE}).")
    private double speed;

    @Option(names = "--shift-to-now", description = "Moves all times so that the last row of the file is now.")
    private boolean shiftToNow;

    @Option(names = "--limit", paramLabel = "ROWS", defaultValue = "0", description = "Stops after this many rows (default: all).")
    private long limit;

    @Option(names = "--measurement", paramLabel = "NAME", description = "Measurement (default: the file's name without its ending).")
    private @Nullable String measurement;

    @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "A tag on every point; may be given several times.")
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(names = "--tag-column", paramLabel = "NAME", split = ",", description = "Columns whose texts are tags, separated by commas: each of them has series of its own.")
    private List<String> tagColumns = List.of();

    @Option(names = "--bucket", paramLabel = "NAME", defaultValue = "replay", description = "Bucket (default: ${DEFAULT-VALUE}).")
    private String bucket = "replay";

    @Option(names = "--url", paramLabel = "URL", defaultValue = "http://127.0.0.1:8081", description = "Where ingest is (default: ${DEFAULT-VALUE}).")
    private URI url = URI.create("http://127.0.0.1:8081");

    @Option(names = "--token", paramLabel = "TOKEN", description = "Sent as Authorization, where the service asks for one.")
    private @Nullable String token;

    @Override
    public Integer call() throws InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("run through the command line");
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        ZoneId zoneId = zone();
        String head = head(List.of());
        head(Collections.nCopies(tagColumns.size(), "any")); // names that line protocol cannot say are a mistake of the command
        if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            throw new ParameterException(spec.commandLine(), "Invalid value for --url: expected http://HOST:PORT, found '" + url + "'");
        }
        CsvSource source = CsvSource.open(file, timeColumn, tagColumns, new TimeText(zoneId));
        CsvSource.Survey survey = source.survey();
        if (!survey.ignored().isEmpty()) {
            err.println("Not sent, no numbers in them: " + String.join(", ", survey.ignored()));
            err.flush();
        }
        if (4 * survey.repeated() > survey.rows()) {
            err.printf(
                    "%,d of %,d rows have the time of the row before, and of one series the last value of a time counts; --tag-column tells series apart.%n",
                    survey.repeated(), survey.rows());
            err.flush();
        }
        long rows = limit > 0 ? Math.min(limit, survey.rows()) : survey.rows();
        Report report = new Report(err);
        long begin = System.nanoTime();
        try (WriteClient client = new WriteClient(url, bucket, token, Duration.ofMinutes(5)); ProgressBar bar = bar(rows)) {
            Sending sending = new Sending(client, survey, rows, report, bar);
            source.rows(survey, sending, report);
            sending.finish();
        } catch (Stopped e) {
            Throwable cause = e.getCause();
            if (cause instanceof InterruptedException interrupted) {
                throw interrupted;
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        out.println("Sent %,d rows, %,d values in %.1f s (%,.0f values/s)%s, series %s/%s".formatted(report.rows, report.values, seconds,
                report.values / Math.max(1e-3, seconds), report.span(), bucket, head));
        out.flush();
        report.summary();
        return 0;
    }

    private ZoneId zone() {
        try {
            return zone.equals("UTC") ? ZoneOffset.UTC : ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw usage("Invalid value for --zone: '" + zone + "' is no time zone (" + e.getMessage() + ")", e);
        }
    }

    /** @param texts of the tag columns; of none, what all lines have */
    private String head(List<String> texts) {
        Map<String, String> all = new LinkedHashMap<>(tags);
        for (int i = 0; i < texts.size(); i++) {
            if (!texts.get(i).isEmpty()) {
                all.put(tagColumns.get(i), texts.get(i));
            }
        }
        try {
            return LineProtocol.head(measurement == null ? stem(file) : measurement, all);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage() == null ? "bad name" : e.getMessage(), e);
        }
    }

    private static String field(String column) {
        try {
            return LineProtocol.field(column);
        } catch (IllegalArgumentException e) {
            throw new CommandException("A column cannot be sent: " + e.getMessage() + ".");
        }
    }

    private ParameterException usage(String message, Exception cause) {
        if (spec == null) {
            throw new IllegalStateException("run through the command line", cause);
        }
        return new ParameterException(spec.commandLine(), message, cause);
    }

    private static String stem(Path file) {
        Path name = file.getFileName();
        String text = name == null ? "" : name.toString();
        String plain = text.endsWith(".gz") ? text.substring(0, text.length() - 3) : text;
        int dot = plain.lastIndexOf('.');
        return dot > 0 ? plain.substring(0, dot) : plain;
    }

    private static ProgressBar bar(long rows) {
        return new ProgressBarBuilder().setTaskName("replay")
                .setInitialMax(rows)
                .setUnit(" rows", 1)
                .showSpeed()
                .setUpdateIntervalMillis(System.console() == null ? 5000 : 250)
                .setStyle(ProgressBarStyle.ASCII)
                .build();
    }

    private static String time(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)).toString();
    }

    /** Turns rows into lines, keeps the pace and sends. */
    private final class Sending implements CsvSource.RowSink {

        private final WriteClient client;
        private final Map<List<String>, String> heads = new HashMap<>();
        private final List<String> fields;
        private final long rows;
        private final Report report;
        private final ProgressBar bar;
        private final List<String> batch = new ArrayList<>();
        private final long shift;
        private final long begin = System.nanoTime();
        private final long firstNanos;
        private long taken;
        private long batchValues;
        private long batchBegin = System.nanoTime();

        Sending(WriteClient client, CsvSource.Survey survey, long rows, Report report, ProgressBar bar) {
            this.client = client;
            this.fields = survey.fields().stream().map(ReplayCommand::field).toList();
            this.rows = rows;
            this.report = report;
            this.bar = bar;
            this.firstNanos = survey.firstNanos();
            Instant now = Instant.now();
            this.shift = shiftToNow ? now.getEpochSecond() * 1_000_000_000L + now.getNano() - survey.lastNanos() : 0;
        }

        @Override
        public void row(CsvSource.Row row) {
            if (taken == rows) {
                finish();
                throw new Stopped(null);
            }
            taken++;
            if (speed > 0) {
                keepPace(row.nanos());
            }
            batch.add(line(row));
            report.took(row.nanos() + shift);
            // A slow replay is watched live, so it does not wait for a full batch.
            if (batch.size() >= LINES_A_BATCH || (speed > 0 && System.nanoTime() - batchBegin > 200_000_000L)) {
                finish();
            }
        }

        void finish() {
            if (batch.isEmpty()) {
                return;
            }
            try {
                String refused = client.write(batch);
                if (refused != null) {
                    report.refused(refused);
                }
            } catch (InterruptedException e) {
                throw new Stopped(e);
            }
            report.rows += batch.size();
            report.values += batchValues;
            bar.stepBy(batch.size());
            batch.clear();
            batchValues = 0;
            batchBegin = System.nanoTime();
        }

        private void keepPace(long nanos) {
            // Rows out of order are due at once.
            long due = begin + (long) ((nanos - firstNanos) / speed);
            long wait = due - System.nanoTime();
            if (wait > 0) {
                if (wait > 50_000_000L) {
                    finish();
                }
                try {
                    Thread.sleep(Duration.ofNanos(Math.max(1, due - System.nanoTime())));
                } catch (InterruptedException e) {
                    throw new Stopped(e);
                }
            }
        }

        private String line(CsvSource.Row row) {
            String head = heads.computeIfAbsent(row.tags(), ReplayCommand.this::head);
            StringBuilder line = new StringBuilder(head.length() + 24 * fields.size() + 24).append(head);
            char separator = ' ';
            for (int i = 0; i < row.values().length; i++) {
                if (!Double.isNaN(row.values()[i])) {
                    line.append(separator).append(fields.get(i)).append('=').append(row.values()[i]);
                    separator = ',';
                    batchValues++;
                }
            }
            return line.append(' ').append(row.nanos() + shift).toString();
        }
    }

    /** What was sent and what was not. */
    private static final class Report implements CsvSource.Complaints {

        private final PrintWriter err;
        private long rows;
        private long values;
        private long badRows;
        private long badCells;
        private long refusals;
        private long earliest = Long.MAX_VALUE;
        private long latest = Long.MIN_VALUE;

        Report(PrintWriter err) {
            this.err = err;
        }

        /** A row with this time as it is sent. */
        void took(long nanos) {
            earliest = Math.min(earliest, nanos);
            latest = Math.max(latest, nanos);
        }

        /** From when to when rows were sent; nothing where there was none. */
        String span() {
            return earliest > latest ? "" : ": " + time(earliest) + " to " + time(latest);
        }

        @Override
        public void badRow(long line, String what) {
            say(badRows++, what.startsWith("line ") ? what : "line " + line + ": " + what);
        }

        @Override
        public void badCell(long line, String what) {
            say(badCells++, "line " + line + ": " + what);
        }

        void refused(String message) {
            say(refusals++, "not taken by the service: " + message);
        }

        void summary() {
            if (badRows + badCells + refusals > 0) {
                err.println(
                        "Not sent: %,d rows and %,d single cells that could not be read; %,d batches with lines that the service refused."
                                .formatted(badRows, badCells, refusals));
                err.flush();
            }
        }

        private void say(long before, String what) {
            if (before < COMPLAINTS_SHOWN) {
                err.println(what);
            } else if (before == COMPLAINTS_SHOWN) {
                err.println("... and more like that");
            }
            err.flush();
        }
    }

    /** Leaves the reading early: enough rows (no cause) or interrupted. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped(@Nullable InterruptedException cause) {
            super(cause);
        }
    }

    /** A factor, or "max" for none. */
    static final class Speed implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            if (text.equals("max")) {
                return 0.0;
            }
            try {
                double factor = Double.parseDouble(text);
                if (factor >= 0 && Double.isFinite(factor)) {
                    return factor;
                }
            } catch (NumberFormatException e) {
                throw new TypeConversionException("expected a factor such as 1000, or max, found '" + text + "'");
            }
            throw new TypeConversionException("expected a factor that is not negative, found '" + text + "'");
        }
    }
}
