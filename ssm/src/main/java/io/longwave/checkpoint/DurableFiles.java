package io.longwave.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Files that are either there in full or not at all, also after a power cut. */
final class DurableFiles {

    private DurableFiles() {}

    /** Writes the parts to a neighbour, forces it to disk and renames it over the target. */
    static void replace(Path target, List<ByteBuffer> parts) throws IOException {
        Path parent = directoryOf(target);
        Files.createDirectories(parent);
        Path draft = parent.resolve(target.getFileName() + ".part");
        write(draft, parts);
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(parent);
    }

    /** Writes a file and forces it to disk. */
    static void write(Path file, List<ByteBuffer> parts) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            for (ByteBuffer part : parts) {
                while (part.hasRemaining()) {
                    channel.write(part);
                }
            }
            channel.force(true);
        }
    }

    /** Makes renames inside a directory survive a power cut. */
    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path directoryOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("a file has a directory: " + file);
        }
        return parent;
    }
}
