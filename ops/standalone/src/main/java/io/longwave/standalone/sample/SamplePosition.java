package io.longwave.standalone.sample;

import io.longwave.standalone.command.CommandException;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;

/** The file that says when each signal began and which sample comes next; replaced in one step, after the stream has the samples. */
final class SamplePosition {

    private final Path file;
    private final Map<String, Long> begin = new HashMap<>();
    private final Map<String, Long> next = new HashMap<>();

    private SamplePosition(Path file) {
        this.file = file;
    }

    /** @throws CommandException if there is a file that cannot be read */
    static SamplePosition read(Path dataDirectory) {
        SamplePosition position = new SamplePosition(dataDirectory.resolve("sample.properties"));
        Properties stored = new Properties();
        try (Reader reader = Files.newBufferedReader(position.file)) {
            stored.load(reader);
            for (String name : stored.stringPropertyNames()) {
                int dot = name.lastIndexOf('.');
                long value = Long.parseLong(stored.getProperty(name));
                (name.endsWith(".begin") ? position.begin : position.next).put(name.substring(0, dot), value);
            }
        } catch (NoSuchFileException e) {
            return position;
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new CommandException(position.file + " is damaged (" + e.getMessage() + "): delete it, the samples then begin anew.", e);
        }
        return position;
    }

    OptionalLong begin(String signal) {
        Long value = begin.get(signal);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    long next(String signal) {
        return next.getOrDefault(signal, 0L);
    }

    void store(String signal, long beginNanos, long nextIndex) throws IOException {
        begin.put(signal, beginNanos);
        next.put(signal, nextIndex);
        Properties properties = new Properties();
        begin.forEach((name, value) -> properties.setProperty(name + ".begin", value.toString()));
        next.forEach((name, value) -> properties.setProperty(name + ".next", value.toString()));
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (Writer writer = Files.newBufferedWriter(fresh)) {
            properties.store(writer, "Times in nanoseconds since the epoch; next is the index of the first sample not yet in the stream.");
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
