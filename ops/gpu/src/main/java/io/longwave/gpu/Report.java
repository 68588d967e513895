package io.longwave.gpu;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A JSON report that begins with what it was made on, by which command and when. */
final class Report {
    private final ObjectNode root = JsonMapper.shared().createObjectNode();
    private final Path file;

    Report(String command, Device device, Path file) {
        this.file = file;
        root.put("command", command);
        root.put("device", device.description());
        root.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        root.put("processors", Runtime.getRuntime().availableProcessors());
        root.put("java", Runtime.version().toString());
    }

    ObjectNode root() {
        return root;
    }

    void write(PrintStream out) throws IOException {
        Files.writeString(file, root.toPrettyString() + "\n");
        out.println("Report: " + file.toAbsolutePath());
    }
}
