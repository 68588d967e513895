package io.longwave.cuda;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

/**
 * Builds the shared library of all kernel sources over the host shim. Objects are kept by the digest of all that went into them, so that a change
 * of one file compiles one file.
 */
final class ShimLibrary {
    private static final Pattern KERNEL = Pattern
            .compile("^extern\\s+\"C\"\\s+__global__\\s+void\\s+(?:__launch_bounds__\\([^)]*\\)\\s*)?(\\w+)\\s*\\(", Pattern.MULTILINE);
    /** A kernel made by a macro: its name is the first argument. */
    private static final Pattern FROM_MACRO = Pattern.compile("^\\w+_KERNEL\\((\\w+)\\s*[,)]", Pattern.MULTILINE);
    private static final List<String> FLAGS = List.of("-std=c++17", "-O2", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off", "-Wall",
            "-Wextra", "-Werror", "-Wno-unknown-pragmas", "-Wno-unused-function");
    private static final long PATIENCE_SECONDS = 600;

    private ShimLibrary() {}

    /** Skips the running test by name where there is no g++. @throws IllegalStateException if the sources do not compile */
    static Path build() {
        return build("shim-", ".so", List.of("host_shim.cpp"), List.of());
    }

    /** The library and as many copies of it, each with globals of its own, as make {@code count}. */
    static List<Path> build(int count) {
        Path first = build();
        List<Path> all = new ArrayList<>(List.of(first));
        while (all.size() < count) {
            all.add(copy(first, all.size()));
        }
        return all;
    }

    private static Path copy(Path library, int number) {
        Path copy = library.resolveSibling(number + "-" + library.getFileName());
        try {
            if (!Files.exists(copy)) {
                Path fresh = Files.createTempFile(library.getParent(), "shim", ".tmp");
                Files.copy(library, fresh, StandardCopyOption.REPLACE_EXISTING);
                Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE);
            }
            return copy;
        } catch (IOException e) {
            throw new IllegalStateException("the host shim cannot be copied: " + e.getMessage(), e);
        }
    }

    /** The same with a CUDA driver before it: a folder that holds a {@code libcuda.so.1}. */
    static Path buildDriver() {
        Path library = build("driver-", "/libcuda.so.1", List.of("host_shim.cpp", "fake_driver.cpp"), List.of("-Wl,-soname,libcuda.so.1"));
        return Objects.requireNonNull(library.getParent());
    }

    private static synchronized Path build(String prefix, String suffix, List<String> parts, List<String> linking) {
        Path module = moduleFolder();
        Assumptions.assumeTrue(hasCompiler(), "no g++ on the path: CUDA kernels are not checked over the host shim");
        Path shim = module.resolve("src/test/shim");
        Path kernels = module.resolve("src/main/resources/kernels");
        Path out = module.resolve("target/cuda-shim");
        try {
            Files.createDirectories(out);
            List<Path> sources = new ArrayList<>(list(kernels, ".cu"));
            sources.addAll(list(shim, ".cu"));
            StringBuilder headers = new StringBuilder(String.join(" ", FLAGS)).append(run(module, List.of("g++", "--version")));
            for (Path header : list(kernels, ".cuh")) {
                headers.append(Files.readString(header));
            }
            headers.append(Files.readString(shim.resolve("host_shim.h")));
            Map<Path, List<String>> missing = new TreeMap<>();
            List<Path> objects = new ArrayList<>();
            for (String part : parts) {
                object(missing, objects, out, part, headers + Files.readString(shim.resolve(part)),
                        "#include \"" + shim.resolve(part) + "\"\n", shim, kernels);
            }
            for (Path source : sources) {
                String text = Files.readString(source);
                object(missing, objects, out, source.getFileName().toString(), headers + text, wrapper(source, text), shim, kernels);
            }
            compile(module, missing);
            Path library = out.resolve(prefix + digest(objects.toString()) + suffix);
            if (!Files.exists(library)) {
                Files.createDirectories(library.getParent());
                Path fresh = Files.createTempFile(out, "shim", ".tmp");
                List<String> link = new ArrayList<>(List.of("g++", "-shared", "-o", fresh.toString()));
                link.addAll(linking);
                objects.forEach(object -> link.add(object.toString()));
                run(module, link);
                Files.move(fresh, library, StandardCopyOption.ATOMIC_MOVE);
            }
            return library;
        } catch (IOException e) {
            throw new IllegalStateException("the host shim cannot be built: " + e.getMessage(), e);
        }
    }

    /** Tests of other modules use the shim too. */
    static Path moduleFolder() {
        for (Path at : List.of(Path.of(""), Path.of("../gpu-runtime"), Path.of("../../gpu-runtime"), Path.of("gpu-runtime"))) {
            if (Files.exists(at.resolve("src/test/shim/host_shim.h"))) {
                return at.toAbsolutePath().normalize();
            }
        }
        throw new IllegalStateException("no folder src/test/shim near " + Path.of("").toAbsolutePath());
    }

    private static String wrapper(Path source, String text) {
        StringBuilder wrapper = new StringBuilder("#include \"").append(source).append("\"\n");
        for (Pattern pattern : List.of(KERNEL, FROM_MACRO)) {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                String name = matcher.group(1);
                wrapper.append("static shim::Register<&").append(name).append("> register_").append(name).append("(\"").append(name)
                        .append("\");\n");
            }
        }
        return wrapper.toString();
    }

    private static void object(Map<Path, List<String>> missing, List<Path> objects, Path out, String name, String inputs, String wrapper,
            Path shim, Path kernels) throws IOException {
        Path object = out.resolve(name + "-" + digest(inputs) + ".o");
        objects.add(object);
        if (!Files.exists(object)) {
            Path file = out.resolve(name + "-wrapper.cpp");
            Files.writeString(file, wrapper);
            List<String> command = new ArrayList<>(List.of("g++"));
            command.addAll(FLAGS);
            command.addAll(List.of("-I", shim.toString(), "-I", kernels.toString(), "-include", "host_shim.h", "-c", file.toString()));
            missing.put(object, command);
        }
    }

    /** As many compilers side by side as there are processors; by threads of its own, because those of the tests wait for this. */
    private static void compile(Path folder, Map<Path, List<String>> missing) {
        List<Future<?>> compiled = new ArrayList<>();
        try (ExecutorService compilers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            missing.forEach((object, command) -> compiled.add(compilers.submit(() -> {
                Path fresh = Files.createTempFile(object.getParent(), "object", ".tmp");
                List<String> whole = new ArrayList<>(command);
                whole.addAll(List.of("-o", fresh.toString()));
                run(folder, whole);
                return Files.move(fresh, object, StandardCopyOption.ATOMIC_MOVE);
            })));
        }
        for (Future<?> one : compiled) {
            if (one.state() == Future.State.FAILED) {
                throw new IllegalStateException(one.exceptionNow().getMessage(), one.exceptionNow());
            }
        }
    }

    private static List<Path> list(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    private static boolean hasCompiler() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> !folder.isEmpty() && Files.isExecutable(Path.of(folder, "g++")));
    }

    private static String run(Path folder, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(String.join(" ", command) + "\n" + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while building the host shim", e);
        }
        return output;
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
