package io.longwave.standalone.platform;

import io.longwave.standalone.command.CommandException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a start would meet on this machine, looked at without changing anything. */
public final class Inspection {

    /** The heap that the launcher script gives to {@code up}. */
    public static final long PLATFORM_HEAP_BYTES = 768L << 20;

    private static final long NEEDED_MEMORY = 2L << 30;

    /**
     * One line of the answer.
     *
     * @param fine false when it is in the way of a start
     */
    public record Finding(String about, boolean fine, String text) {
        public Finding {
            text = fine ? text : "! " + text;
        }
    }

    private Inspection() {}

    /** Looks at memory, user namespaces, disk, ports and what the data folder holds. */
    public static List<Finding> of(Path dataDirectory, int port) {
        Path root = dataDirectory.toAbsolutePath().normalize();
        List<Finding> findings = new ArrayList<>();
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine) {
            long total = machine.getTotalMemorySize();
            findings.add(new Finding("Memory", total >= NEEDED_MEMORY,
                    "%,d MB, %,d MB of it free; the platform takes up to 2,048 MB".formatted(total >> 20,
                            machine.getFreeMemorySize() >> 20)));
        }
        findings.add(check("Database", "PostgreSQL can be started by this user", () -> {
            if (PostgresBinaries.isRoot()) {
                PostgresBinaries.requireUserNamespaces(PostgresBinaries.namespaceUser());
            }
        }));
        findings.add(check("Disk", "room enough at " + root, () -> DataDirectory.requireRoom(root, Files.getFileStore(existing(root))
                .getUsableSpace(), DataDirectory.NEEDED_BYTES)));
        Optional<String> owner = DataDirectory.ownerOf(root);
        if (owner.isPresent()) {
            findings.add(new Finding("Running", true, "a platform" + owner.get() + " works on this folder, so its ports are taken"));
        } else {
            findings.add(check("Ports", port + " to " + (port + PortBlock.LAST_OFFSET) + " are free", () -> new PortBlock(port).requireFree(
                    PlatformConfig.embedded(root, port))));
        }
        for (String part : new String[]{"postgres", "kafka", "models", "logs"}) {
            Path folder = root.resolve(part);
            if (Files.isDirectory(folder)) {
                findings.add(check("Data", "%s holds %,d MB".formatted(folder, size(folder) >> 20), () -> {}));
            }
        }
        return findings;
    }

    private interface Check {
        void run() throws IOException, InterruptedException;
    }

    private static Finding check(String about, String good, Check check) {
        try {
            check.run();
            return new Finding(about, true, good);
        } catch (CommandException e) {
            return new Finding(about, false, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Finding(about, false, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Finding(about, false, "interrupted");
        }
    }

    private static Path existing(Path folder) {
        Path at = folder;
        while (!Files.exists(at)) {
            Path parent = at.getParent();
            if (parent == null) {
                return at;
            }
            at = parent;
        }
        return at;
    }

    private static long size(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | UncheckedIOException e) {
            return 0; // files come and go under a running platform
        }
    }
}
