package io.longwave.standalone.evaluate;

import io.longwave.ssm.online.OnlineModel;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.train.Reports;
import io.longwave.train.DataFileException;
import io.longwave.train.nab.NabCorpus;
import io.longwave.train.nab.NabCorpus.LabelledSeries;
import io.longwave.train.nab.NabDetector;
import io.longwave.train.nab.NabProfile;
import io.longwave.train.nab.NabScorer;
import io.longwave.train.nab.NabScorer.Result;
import io.longwave.train.nab.NabScorer.Scored;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Anomaly scores by the rules of the Numenta Anomaly Benchmark, beside luck and the benchmark's own simple baseline. */
@Command(name = "anomaly", description = {"Scores streaming detectors on a folder laid out as the Numenta Anomaly Benchmark's.",
        "'best' uses the threshold that suits the labels best, as the benchmark does, which is optimistic; 'fixed' the one given."}, mixinStandardHelpOptions = true, sortOptions = false)
final class AnomalyEvaluateCommand implements Callable<Integer> {

    private static final long SEED = 1;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "Folder with data/<category>/<file>.csv and labels/combined_windows.json.")
    private Path data = Path.of("");

    @Option(names = "--threshold", paramLabel = "T", defaultValue = "0.999", description = "Score from which a row is an alarm, for the fixed column (default: ${DEFAULT-VALUE}).")
    private double threshold;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results here as well.")
    private @Nullable Path json;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec, "spec").commandLine().getOut();
        NabCorpus corpus = read();
        long rows = corpus.series().stream().mapToLong(series -> series.values().length).sum();
        int windows = corpus.series().stream().mapToInt(series -> series.windows().size()).sum();
        out.printf(Locale.ROOT, "%d files, %d rows, %d anomaly windows%n", corpus.series().size(), rows, windows);
        out.printf(Locale.ROOT, "%-18s %-20s %8s %12s %14s %8s %14s%n", "detector", "profile", "best", "1 - its T", "found, alarms",
                "fixed",
                "found, alarms");
        ObjectNode report = JsonMapper.shared().createObjectNode();
        report.put("data", data.toString()).put("files", corpus.series().size()).put("rows", rows).put("windows", windows);
        report.put("fixedThreshold", threshold);
        ObjectNode byDetector = report.putObject("detectors");
        OnlineModel online = new OnlineModel();
        Map<String, NabDetector> detectors = new LinkedHashMap<>();
        detectors.put(online.id(), NabDetector.of(online));
        detectors.put("windowed-gaussian", NabDetector.windowedGaussian());
        detectors.put("random", NabDetector.random(SEED));
        detectors.forEach((name, detector) -> print(out, name, scored(corpus, detector), byDetector.putObject(name)));
        out.flush();
        if (json != null) {
            Reports.write(json, report);
        }
        return 0;
    }

    private NabCorpus read() {
        try {
            NabCorpus corpus = NabCorpus.read(data);
            if (corpus.series().isEmpty()) {
                throw new CommandException("No series under " + data.resolve("data") + ": expected <category>/<file>.csv there.");
            }
            return corpus;
        } catch (DataFileException e) {
            throw new CommandException("The data cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<Scored> scored(NabCorpus corpus, NabDetector detector) {
        List<Scored> scored = new ArrayList<>();
        for (LabelledSeries series : corpus.series()) {
            scored.add(new Scored(detector.scores(series), series.windows()));
        }
        return scored;
    }

    private void print(PrintWriter out, String detector, List<Scored> scored, ObjectNode report) {
        for (NabProfile profile : NabProfile.values()) {
            NabScorer scorer = new NabScorer(profile);
            Result best = scorer.best(scored);
            Result fixed = scorer.at(threshold, scored);
            out.printf(Locale.ROOT, "%-18s %-20s %8.2f %12.2e %7d, %5d %8.2f %7d, %5d%n", detector, profile.title(), best.normalised(),
                    1 - best.threshold(), best.windowsFound(), best.falseAlarms(), fixed.normalised(), fixed.windowsFound(),
                    fixed.falseAlarms());
            ObjectNode entry = report.putObject(profile.title());
            entry.set("best", JsonMapper.shared().valueToTree(best));
            entry.set("fixed", JsonMapper.shared().valueToTree(fixed));
        }
    }
}
