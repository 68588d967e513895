package io.longwave.standalone.golden;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.longwave.backend.Availability;
import io.longwave.backend.Availability.Available;
import io.longwave.backend.Availability.Unavailable;
import io.longwave.backend.Backend;
import io.longwave.backend.BackendChoice;
import io.longwave.backend.BackendUnavailableException;
import io.longwave.backend.Backends;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.golden.GoldenResult;
import io.longwave.ssm.golden.GoldenResult.Status;
import io.longwave.ssm.golden.GoldenRunner;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.train.Reports;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs every golden case of a folder on every backend of this machine. Exit code 1 if one fails, cannot be read or is of a kind nobody knows. */
@Command(name = "golden", description = "Checks the kernels and models against a folder of golden cases.", mixinStandardHelpOptions = true)
public final class GoldenCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "Folder with one JSON file per case, or a single such file.")
    private Path cases = Path.of(".");

    @Option(names = "--backend", paramLabel = "NAME", description = "Only this backend; all that are available by default.")
    private @Nullable String backend;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the full result.")
    private @Nullable Path json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        List<Path> files = files();
        GoldenRunner runner = new GoldenRunner(ModelFamilies.goldenChecks());
        List<Kernels> backends = backends();
        List<GoldenResult> results = new ArrayList<>();
        Map<Status, Integer> counts = new EnumMap<>(Status.class);
        for (Path file : files) {
            for (GoldenResult result : runner.run(file, backends)) {
                results.add(result);
                counts.merge(result.status(), 1, Integer::sum);
                print(result.line());
            }
        }
        boolean failed = results.stream().anyMatch(GoldenResult::failed);
        print(files.size() + " cases: " + String.join(", ",
                counts.entrySet().stream().map(e -> e.getValue() + " " + e.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '))
                        .toList()));
        if (json != null) {
            Reports.write(json, report(results, failed));
        }
        return failed ? 1 : 0;
    }

    private void print(String line) {
        PrintWriter out = spec == null ? new PrintWriter(System.out, true) : spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private List<Path> files() {
        if (Files.isRegularFile(cases)) {
            return List.of(cases);
        }
        try (Stream<Path> entries = Files.list(cases)) {
            List<Path> files = entries.filter(file -> file.toString().endsWith(".json")).sorted().toList();
            if (files.isEmpty()) {
                throw new CommandException("Expected golden cases (*.json) in " + cases + " but found none.");
            }
            return files;
        } catch (IOException e) {
            throw new CommandException("Expected a folder of golden cases but " + cases + " cannot be listed: " + e, e);
        }
    }

    private List<Kernels> backends() {
        List<Availability> probed = Backends.probe();
        if (backend != null) {
            try {
                return List.of(BackendChoice.choose(backend, probed).backend().kernels());
            } catch (BackendUnavailableException e) {
                throw new CommandException(String.valueOf(e.getMessage()), e);
            }
        }
        List<Kernels> available = new ArrayList<>();
        for (Availability availability : probed) {
            switch (availability) {
                case Available(Backend found) -> available.add(found.kernels());
                case Unavailable(String name, String reason) -> print("backend " + name + " is not checked: " + reason);
            }
        }
        return available;
    }

    private static ObjectNode report(List<GoldenResult> results, boolean failed) {
        ObjectNode report = JsonMapper.shared().createObjectNode();
        report.put("failed", failed);
        ArrayNode array = report.putArray("results");
        for (GoldenResult result : results) {
            array.addPOJO(result);
        }
        return report;
    }
}
