package io.longwave.standalone.platform;

import io.longwave.standalone.command.CommandException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/** Finds six ports in a row that nobody uses, below those the operating system hands out by itself. */
public final class FreePorts {

    private FreePorts() {}

    /** First of the six. */
    public static int block() {
        for (int attempt = 0; attempt < 200; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 31_000);
            try {
                new PortBlock(port).requireFree(PlatformConfig.embedded(Path.of("unused"), port));
                return port;
            } catch (CommandException e) {
                continue;
            }
        }
        throw new AssertionError("no six free ports in a row found in 200 attempts");
    }
}
