package io.longwave.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.backend.BackendUnavailableException;
import io.longwave.cuda.DeviceOutOfMemoryException;
import io.longwave.standalone.command.CommandException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** What a person can act on is one sentence and no trace. */
class FailureSentencesTest {

    static List<Exception> foreseen() {
        return List.of(new CommandException("There is no file."), new BackendUnavailableException("backend preference cuda cannot be met"),
                new DeviceOutOfMemoryException(100, 10, 50));
    }

    @ParameterizedTest
    @MethodSource("foreseen")
    void aForeseenFailureIsOneSentence(Exception failure) throws Exception {
        CommandLine line = Longwave.commandLine();
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err));
        int code = line.getExecutionExceptionHandler().handleExecutionException(failure, line, line.parseArgs("doctor"));
        assertThat(code).isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly("longwave: " + failure.getMessage());
    }

    static List<Callable<Integer>> hungry() {
        return List.of(() -> {
            throw new OutOfMemoryError("Java heap space");
        }, () -> {
            throw new IllegalStateException("a thread failed", new OutOfMemoryError("Java heap space"));
        });
    }

    @ParameterizedTest
    @MethodSource("hungry")
    void tooLittleMemoryIsSaidWithWhatNeedsLess(Callable<Integer> command) {
        CommandLine line = Longwave.commandLine();
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err)).setExecutionStrategy(_ -> {
            try {
                return command.call();
            } catch (Exception e) {
                throw new CommandLine.ExecutionException(line, "in the command", e);
            }
        });
        assertThat(Longwave.run(line, "doctor")).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains("GiB of memory", "--batch", "LONGWAVE_JAVA_OPTS=-Xmx");
    }
}
