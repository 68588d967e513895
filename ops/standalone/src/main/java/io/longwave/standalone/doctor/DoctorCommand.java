package io.longwave.standalone.doctor;

import io.longwave.backend.Availability;
import io.longwave.backend.Backends;
import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.model.stream.ResidentMemory;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.standalone.platform.Inspection;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code longwave doctor}: looks at this machine and says whether the platform will start here and what it can carry. */
@Command(name = "doctor", description = {"Says what this machine offers to Longwave and what is in the way of 'longwave up'.", "",
        "Exit code 1 when something is in the way."}, mixinStandardHelpOptions = true, sortOptions = false)
public final class DoctorCommand implements Callable<Integer> {

    private static final int USUAL_KEY = 60;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--data-dir", paramLabel = "DIR", defaultValue = ".longwave", description = "Data folder to look at (default: ${DEFAULT-VALUE} in the current folder).")
    private Path dataDirectory = Path.of(".longwave");

    @Option(names = "--port", paramLabel = "P", defaultValue = "8080", description = "First of the six ports to look at (default: ${DEFAULT-VALUE}).")
    private int port = 8080;

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("run through the command line");
        }
        PrintWriter out = spec.commandLine().getOut();
        boolean fine = true;
        out.println("JDK            " + Runtime.version() + " in " + System.getProperty("java.home"));
        out.println("Cores          " + Runtime.getRuntime().availableProcessors());
        for (Availability backend : Backends.probe()) {
            out.println("Backend        " + switch (backend) {
                case Availability.Available found -> found.name() + ": " + found.backend().description();
                case Availability.Unavailable missing -> missing.name() + ": not here, " + missing.reason();
            });
        }
        out.println("CUDA kernels   "
                + (Backends.hasCudaKernels() ? "in this build" : "not in this build: there was no nvcc when it was made"));
        out.println("Series         %s; others wait in the database".formatted(fitting(new OnlineModel())));
        newestOfEachFamily().forEach(model -> out.println("               or " + fitting(model)));
        for (Inspection.Finding finding : Inspection.of(dataDirectory, port)) {
            out.println("%-14s %s".formatted(finding.about(), finding.text()));
            fine &= finding.fine();
        }
        out.println(fine ? "Nothing is in the way of 'longwave up'." : "Lines with a ! are in the way of 'longwave up'.");
        out.flush();
        return fine ? 0 : 1;
    }

    private static String fitting(StreamingModel model) {
        long bytes = ResidentMemory.bytesOfSeries(model, USUAL_KEY);
        return "about %,d of %s stay in the platform's memory, %,d bytes each".formatted(
                ResidentMemory.ofHeap(Inspection.PLATFORM_HEAP_BYTES) / bytes, model.id(), bytes);
    }

    /** Of the registered models that serve streams. */
    private Collection<StreamingModel> newestOfEachFamily() {
        Map<String, StoredModel> newest = new TreeMap<>();
        try {
            for (StoredModel stored : new ModelStore(dataDirectory.resolve("models")).list().models()) {
                newest.merge(stored.card().family(), stored,
                        (one, other) -> one.card().created().isBefore(other.card().created()) ? other : one);
            }
        } catch (CheckpointException e) {
            return List.of(); // of which the inspection of the folder tells
        }
        List<StreamingModel> streaming = new ArrayList<>();
        for (StoredModel stored : newest.values()) {
            try {
                streaming.add(ModelFamilies.streaming(stored));
            } catch (CheckpointException e) {
                continue; // serves groups, or no stream at all
            }
        }
        return streaming;
    }
}
