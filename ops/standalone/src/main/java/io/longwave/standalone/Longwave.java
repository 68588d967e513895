package io.longwave.standalone;

import io.longwave.backend.BackendUnavailableException;
import io.longwave.cuda.DeviceOutOfMemoryException;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.classify.ClassifyCommand;
import io.longwave.standalone.doctor.DoctorCommand;
import io.longwave.standalone.evaluate.EvaluateCommand;
import io.longwave.standalone.forecast.ForecastCommand;
import io.longwave.standalone.forecast.ScoreCommand;
import io.longwave.standalone.platform.UpCommand;
import io.longwave.standalone.golden.GoldenCommand;
import io.longwave.standalone.replay.ReplayCommand;
import io.longwave.standalone.sample.SampleCommand;
import io.longwave.standalone.stream.StreamCommand;
import io.longwave.standalone.train.TrainCommand;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Root of the command line. Exit codes: 0 done, 1 could not be done (one sentence says why), 2 wrong usage, 130 and 143 stopped by Ctrl-C
 * and by SIGTERM.
 */
@Command(name = "longwave", description = "Forecasts and anomaly scores for streams of measurements, from state-space models on the JVM.", mixinStandardHelpOptions = true, versionProvider = Longwave.Version.class, synopsisSubcommandLabel = "COMMAND", subcommands = {
        UpCommand.class, ReplayCommand.class, SampleCommand.class, TrainCommand.class, EvaluateCommand.class, ForecastCommand.class,
        ScoreCommand.class,
        ClassifyCommand.class,
        GoldenCommand.class, DoctorCommand.class, StreamCommand.class, CommandLine.HelpCommand.class})
public final class Longwave implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    private Longwave() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(commandLine(), args));
    }

    /** Exit code of one command. */
    static int run(CommandLine line, String... args) {
        try {
            return line.execute(args);
        } catch (OutOfMemoryError e) {
            line.getErr().println(outOfMemory());
            line.getErr().flush();
            return 1;
        }
    }

    private static String outOfMemory() {
        return String.format(Locale.ROOT,
                "longwave: the %.1f GiB of memory that the process may take are not enough. Fewer columns, a smaller --batch, --lag or width need less; "
                        + "LONGWAVE_JAVA_OPTS=-Xmx... allows more.",
                Runtime.getRuntime().maxMemory() / 0x1p30);
    }

    /** The parser with all commands; tests run it without leaving the process. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Longwave());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(Longwave::explain);
        return line;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Missing command.");
        }
    }

    private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (failure instanceof CommandException || failure instanceof BackendUnavailableException
                || failure instanceof DeviceOutOfMemoryException) {
            err.println("longwave: " + failure.getMessage());
        } else if (NestedExceptionUtils.getMostSpecificCause(failure) instanceof OutOfMemoryError) { // of another thread
            err.println(outOfMemory());
        } else {
            // Not foreseen, so whoever reports it needs the trace.
            err.println("longwave: " + failure);
            failure.printStackTrace(err);
        }
        err.flush();
        return 1;
    }

    /** Version of the jar; a run from class folders has none. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Longwave.class.getPackage().getImplementationVersion();
            return new String[]{"longwave " + (version == null ? "development build" : version), "JDK " + Runtime.version()};
        }
    }
}
