package io.longwave.standalone.sample;

import io.longwave.standalone.command.CommandException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code longwave sample}: the generated signals as files, and the faults that are planted in them. */
@Command(name = "sample", description = "The signals that 'longwave up' generates: as CSV with labels, or the faults in what has been sent.", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
public final class SampleCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Missing command: labels or csv.");
        }
    }

    @Command(name = "labels", description = "Prints the faults planted in what has been sent so far, as CSV.", mixinStandardHelpOptions = true)
    int labels(
            @Option(names = "--data-dir", paramLabel = "DIR", defaultValue = ".longwave", description = "Data folder of the platform (default: ${DEFAULT-VALUE}).") Path dataDirectory) {
        SamplePosition position = SamplePosition.read(dataDirectory);
        List<SampleSchedule.Label> labels = new ArrayList<>();
        for (SampleSignal signal : SampleSignal.all(SampleFeed.SEED)) {
            position.begin(signal.measurement()).ifPresent(begin -> {
                SampleSchedule schedule = new SampleSchedule(signal, begin);
                long lastSent = schedule.time(Math.max(0, position.next(signal.measurement()) - 1));
                labels.addAll(schedule.labels(lastSent));
            });
        }
        if (labels.isEmpty()) {
            throw new CommandException("no generated signal has been sent from " + dataDirectory + " yet: run 'longwave up' there first.");
        }
        labels.sort(Comparator.comparingLong(SampleSchedule.Label::firstNanos));
        PrintWriter out = out();
        out.println("bucket,measurement,tags,fields,fault,first,last");
        for (SampleSchedule.Label label : labels) {
            out.println(
                    String.join(",", SampleFeed.BUCKET, label.signal().measurement(), tags(label.signal().tags()), String.join(" ", label
                            .fault().fields()), label.fault().kind(), time(label.firstNanos()), time(label.lastNanos())));
        }
        out.flush();
        return 0;
    }

    @Command(name = "csv", description = "Prints a generated signal as CSV: time, its fields, and the name of the fault where one is planted.", mixinStandardHelpOptions = true)
    int csv(@Parameters(paramLabel = "SIGNAL", description = "load, machine or ecg.") String name,
            @Option(names = "--loops", paramLabel = "N", defaultValue = "1", description = "How many loops: weeks of the load, shifts of the machine, five minutes of the ECG (default: ${DEFAULT-VALUE}).") int loops,
            @Option(names = "--seed", paramLabel = "SEED", defaultValue = "2026", description = "Default: ${DEFAULT-VALUE}.") long seed,
            @Option(names = "--start", paramLabel = "TIME", defaultValue = "2026-01-01T00:00:00Z", description = "Time of the first sample (default: ${DEFAULT-VALUE}).") Instant start) {
        List<SampleSignal> signals = SampleSignal.all(seed);
        SampleSignal signal = signals.stream()
                .filter(one -> one.measurement().equals(name))
                .findFirst()
                .orElseThrow(() -> new ParameterException(spec().commandLine(), "Unknown signal '" + name + "': expected one of " + signals
                        .stream()
                        .map(SampleSignal::measurement)
                        .toList()));
        if (loops < 1) {
            throw new ParameterException(spec().commandLine(), "Invalid value for --loops: expected at least 1, found " + loops);
        }
        PrintWriter out = out();
        out.println("time," + String.join(",", signal.fields()) + ",fault");
        for (long number = 0; number < loops; number++) {
            SampleSignal.Loop loop = signal.loop(number);
            for (int i = 0; i < signal.loopLength(); i++) {
                StringBuilder row = new StringBuilder(96).append(start.plus(signal.step().multipliedBy(number * signal.loopLength() + i)));
                for (double[] field : loop.values()) {
                    row.append(',').append(String.format(Locale.ROOT, "%.4f", field[i]));
                }
                out.println(row.append(',').append(faultAt(loop, i)));
            }
        }
        out.flush();
        return 0;
    }

    private static String faultAt(SampleSignal.Loop loop, int index) {
        for (SampleSignal.Fault fault : loop.faults()) {
            if (index >= fault.first() && index <= fault.last()) {
                return fault.kind();
            }
        }
        return "";
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("run through the command line");
        }
        return spec;
    }

    private PrintWriter out() {
        return spec().commandLine().getOut();
    }

    private static String tags(Map<String, String> tags) {
        List<String> pairs = new ArrayList<>();
        new TreeMap<>(tags).forEach((key, value) -> pairs.add(key + "=" + value));
        return String.join(" ", pairs);
    }

    private static String time(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)).toString();
    }
}
