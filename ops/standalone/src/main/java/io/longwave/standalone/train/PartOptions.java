package io.longwave.standalone.train;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which part of the data chooses and which one judges, for tasks whose data are not one table of rows. */
public final class PartOptions {

    @Option(names = "--test", paramLabel = "FILE", description = "File with the test part (default: the one that lies beside --data and is named like it).")
    private @Nullable Path test;

    @Option(names = "--validation-share", paramLabel = "X", defaultValue = "0.2", description = "Share of the training part that chooses the best epoch; whole patients or speakers where the test part has others, the last rows of a table (default: ${DEFAULT-VALUE}).")
    private double validationShare = 0.2;

    public @Nullable Path test() {
        return test;
    }

    public double validationShare() {
        return validationShare;
    }
}
