package io.longwave.standalone.doctor;

import io.longwave.backend.Availability;
import io.longwave.backend.Backends;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.standalone.platform.Inspection;
import java.io.PrintWriter;
import java.nio.file.Path;
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

    /** An object beside the bytes of its state: maps, keys and headers, measured roughly and rounded up. */
    private static final int OVERHEAD_BYTES = 1024;

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
        int bytes = new OnlineModel().newState().write().length;
        long heap = Inspection.PLATFORM_HEAP_BYTES / 2;
        out.println("Series         about %,d fit (online model: %,d bytes of state each, half of the platform's %,d MB heap)"
                .formatted(heap / (bytes
                        + OVERHEAD_BYTES), bytes, Inspection.PLATFORM_HEAP_BYTES >> 20));
        for (Inspection.Finding finding : Inspection.of(dataDirectory, port)) {
            out.println("%-14s %s".formatted(finding.about(), finding.text()));
            fine &= finding.fine();
        }
        out.println(fine ? "Nothing is in the way of 'longwave up'." : "Lines with a ! are in the way of 'longwave up'.");
        out.flush();
        return fine ? 0 : 1;
    }
}
