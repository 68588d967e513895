package io.longwave.standalone.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a running PostgreSQL server says about itself in {@code postmaster.pid}: process id, data folder, start time, port, one per line.
 *
 * @param pid process id, positive
 * @param dataFolder as the server was told
 * @param port 0 when the server had not written it yet
 */
record PostmasterPid(long pid, Path dataFolder, int port) {

    /** @return empty when there is no file or what it holds is not a server's, as after a full disk */
    static Optional<PostmasterPid> read(Path cluster) throws IOException {
        try {
            return parse(Files.readAllLines(cluster.resolve("postmaster.pid"), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    static Optional<PostmasterPid> parse(List<String> lines) {
        if (lines.size() < 2) {
            return Optional.empty();
        }
        try {
            long pid = Long.parseLong(lines.get(0).trim());
            int port = lines.size() > 3 && !lines.get(3).isBlank() ? Integer.parseInt(lines.get(3).trim()) : 0;
            // A negative number marks a backend that runs alone, without a server.
            return pid > 0 ? Optional.of(new PostmasterPid(pid, Path.of(lines.get(1)), port)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether that process lives and is a PostgreSQL server on this very folder, and not a stranger who was given the same number later.
     * Asked of the operating system: a server's command line names its program and its data folder.
     */
    boolean isServerOf(Path cluster) throws IOException {
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        if (process.isEmpty() || !Files.exists(cluster) || !Files.exists(dataFolder) || !Files.isSameFile(cluster, dataFolder)) {
            return false;
        }
        Path procfs = Path.of("/proc", Long.toString(pid), "cmdline");
        List<String> words;
        if (Files.isReadable(procfs)) {
            words = List.of(Files.readString(procfs, StandardCharsets.UTF_8).split("\0", -1));
        } else {
            ProcessHandle.Info info = process.get().info();
            String command = info.command().orElse("");
            words = Stream.concat(Stream.of(command), Arrays.stream(info.arguments().orElse(
                    new String[0]))).toList();
        }
        if (words.isEmpty() || !words.getFirst().endsWith("postgres")) {
            return false;
        }
        int option = words.indexOf("-D");
        return option >= 0 && option + 1 < words.size() && Files.exists(Path.of(words.get(option + 1)))
                && Files.isSameFile(Path.of(words.get(option + 1)), cluster);
    }
}
