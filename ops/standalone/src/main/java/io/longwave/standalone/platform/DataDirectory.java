package io.longwave.standalone.platform;

import io.longwave.standalone.command.CommandException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds everything that outlives the process, locked for one platform at a time. The operating system drops the lock with
 * the process, however it ends; the file stays and only says who had it last.
 */
final class DataDirectory implements AutoCloseable {

    /** Binaries and an empty cluster take 110 MB, the write-ahead log may grow to 256 MB, the rest is for the stream. */
    static final long NEEDED_BYTES = 600L << 20;

    private final Path root;
    private final FileChannel lockFile;
    private final FileLock lock;

    private DataDirectory(Path root, FileChannel lockFile, FileLock lock) {
        this.root = root;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Creates the folder when it is absent and locks it.
     *
     * @throws CommandException if it cannot be written, has too little room or belongs to a running platform
     */
    static DataDirectory open(Path root) {
        try {
            Files.createDirectories(root.resolve("logs"));
        } catch (IOException e) {
            throw new CommandException("data folder " + root + " cannot be created or written (" + reason(e)
                    + "): choose another one with --data-dir.", e);
        }
        FileChannel file = null;
        try {
            file = FileChannel.open(lockFile(root), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(file);
            if (lock == null) {
                String owner = owner(file);
                file.close();
                throw new CommandException("another Longwave" + owner + " is running on " + root
                        + ": stop it first, or start this one with another --data-dir and --port.");
            }
            requireRoom(root, Files.getFileStore(root).getUsableSpace(), NEEDED_BYTES);
            file.truncate(0);
            file.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)), 0);
            return new DataDirectory(root, file, lock);
        } catch (IOException e) {
            close(file);
            throw new CommandException(
                    "data folder " + root + " cannot be written (" + reason(e) + "): choose another one with --data-dir.",
                    e);
        } catch (CommandException e) {
            close(file);
            throw e;
        }
    }

    /** @throws CommandException if fewer bytes are usable than needed */
    static void requireRoom(Path root, long usable, long needed) {
        if (usable < needed) {
            throw new CommandException("data folder " + root + " has " + (usable >> 20) + " MB of free disk space, Longwave needs at least "
                    + (needed >> 20) + " MB: free some or choose another folder with --data-dir.");
        }
    }

    /** Who works on that folder now, as {@code " (process 4711)"}; empty when nobody does. */
    static Optional<String> ownerOf(Path root) {
        if (!Files.exists(lockFile(root))) {
            return Optional.empty();
        }
        try (FileChannel file = FileChannel.open(lockFile(root), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileLock lock = tryLock(file);
            if (lock == null) {
                return Optional.of(owner(file));
            }
            lock.release();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    Path root() {
        return root;
    }

    Path postgres() {
        return root.resolve("postgres");
    }

    Path binaries() {
        return root.resolve("binaries");
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path logs() {
        return root.resolve("logs");
    }

    @Override
    public void close() {
        try {
            lock.release();
        } catch (IOException e) {
            // Closing the file below drops the lock too.
        }
        close(lockFile);
    }

    private static Path lockFile(Path root) {
        return root.resolve("lock");
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // a second platform inside this process
        }
    }

    private static String owner(FileChannel file) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(32);
        file.read(text, 0);
        String pid = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).trim();
        return pid.isEmpty() ? "" : " (process " + pid + ")";
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static void close(@Nullable FileChannel file) {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                // Nothing was written that could be lost.
            }
        }
    }
}
