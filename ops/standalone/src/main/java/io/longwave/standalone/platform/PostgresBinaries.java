package io.longwave.standalone.platform;

import com.sun.security.auth.module.UnixSystem;
import io.longwave.standalone.command.CommandException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs of the class path (io.zonky.test.postgres), unpacked beside the data so that no other user and no cleaning of a
 * temporary folder gets between a server and its programs.
 *
 * <p>PostgreSQL refuses to run as root. Root runs it inside a user namespace of its own, where it has an ordinary user id.
 */
final class PostgresBinaries {

    private final Path home;
    private final boolean root;

    private PostgresBinaries(Path home, boolean root) {
        this.home = home;
        this.root = root;
    }

    /**
     * Unpacks the programs into a folder named by their checksum, unless they are there.
     *
     * @throws CommandException if there are no programs for this kind of machine, or root may not create user namespaces
     */
    static PostgresBinaries unpack(Path parent) throws IOException, InterruptedException {
        boolean root = isRoot();
        if (root) {
            requireUserNamespaces(namespaceUser());
        }
        String resource = "/postgres-" + system() + "-" + architecture() + ".txz";
        try (InputStream probe = PostgresBinaries.class.getResourceAsStream(resource)) {
            if (probe == null) {
                throw new CommandException("this build carries no PostgreSQL for " + System.getProperty("os.name") + " on "
                        + System.getProperty("os.arch") + ": start with --external-postgres jdbc:postgresql://HOST/DATABASE.");
            }
            CRC32 checksum = new CRC32();
            byte[] buffer = new byte[1 << 16];
            for (int n = probe.read(buffer); n >= 0; n = probe.read(buffer)) {
                checksum.update(buffer, 0, n);
            }
            Path home = parent.resolve("postgres-%08x".formatted(checksum.getValue()));
            if (!Files.isDirectory(home)) {
                unpack(resource, parent, home);
            }
            return new PostgresBinaries(home, root);
        }
    }

    /** The user id that a process of root has inside a new user namespace, or null where none can be made. */
    static @Nullable String namespaceUser() throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder("unshare", "-U", "id", "-u").redirectErrorStream(true).start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return process.waitFor() == 0 ? answer : null;
        } catch (IOException e) {
            return null; // there is no unshare program
        }
    }

    /** @param user what {@link #namespaceUser()} found */
    static void requireUserNamespaces(@Nullable String user) {
        if (user == null || user.equals("0")) {
            throw new CommandException("PostgreSQL does not run as root, and this machine does not let root create a user namespace for it"
                    + " (unshare -U): run Longwave as a normal user, or use --external-postgres.");
        }
    }

    /** A program with its arguments, ready to start; its output goes where the caller sends it. */
    ProcessBuilder command(String program, List<String> arguments) {
        List<String> words = new ArrayList<>();
        if (root) {
            words.addAll(List.of("unshare", "-U"));
        }
        words.add(home.resolve("bin").resolve(program).toString());
        words.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(words);
        // Messages are read by people and by us: one language, one time zone.
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        return builder;
    }

    private static void unpack(String resource, Path parent, Path home) throws IOException {
        Files.createDirectories(parent);
        Path fresh = Files.createTempDirectory(parent, "unpacking-");
        try {
            try (InputStream raw = PostgresBinaries.class.getResourceAsStream(resource)) {
                if (raw == null) {
                    throw new IOException("resource " + resource + " vanished");
                }
                extract(new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(raw, 1 << 16))), fresh);
            }
            try {
                Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(fresh, home);
            }
        } finally {
            deleteTree(fresh);
        }
    }

    private static void extract(TarArchiveInputStream tar, Path into) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path file = into.resolve(entry.getName()).normalize();
            if (!file.startsWith(into)) {
                throw new IOException("archive entry leaves its folder: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(file);
            } else if (entry.isSymbolicLink()) {
                Files.createDirectories(parentOf(file));
                Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
            } else {
                Files.createDirectories(parentOf(file));
                Files.copy(tar, file);
                boolean executable = (entry.getMode() & 0100) != 0;
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private static Path parentOf(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IOException("archive entry without a folder: " + file);
        }
        return parent;
    }

    static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static boolean isRoot() { return isUnix() && new UnixSystem().getUid() == 0; }

    private static boolean isUnix() { return !System.getProperty("os.name", "").startsWith("Windows"); }

    private static String system() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : name.startsWith("windows") ? "windows" : "linux";
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            case String other -> other;
        };
    }

    /** Runs a program to its end and gives its output. Null as result means that it went well. */
    @Nullable
    String run(String program, long seconds, String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("longwave-" + program, ".out");
        try {
            // To a file, not a pipe: pg_ctl's server would inherit the pipe and keep it open for ever.
            Process process = command(program, Arrays.asList(arguments)).redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return program + " took more than " + seconds + " s";
            }
            String text = Files.readString(output).strip();
            return process.exitValue() == 0 ? null : program + " failed (" + process.exitValue() + "): " + text;
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
