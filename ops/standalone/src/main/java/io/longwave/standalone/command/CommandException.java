package io.longwave.standalone.command;

import java.io.Serial;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A command cannot go on for a reason its user can act on: the message is one sentence for the terminal, the exit code is 1. */
public final class CommandException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** @param sentence what was expected, what was found, what to do; printed as it is */
    public CommandException(String sentence) {
        super(sentence);
    }

    /** @param cause details for the log; not printed */
    public CommandException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }

    /** Nobody answers at an address where a Longwave was expected. */
    public static CommandException nobodyAnswers(URI address, Throwable cause) {
        return new CommandException("no Longwave answers at " + address + ": start it (./longwave up) or name its address with --url.",
                cause);
    }
}
