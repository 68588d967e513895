package io.longwave.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs in a process of their own whose CUDA driver is the host shim. */
public final class ShimDriver {
    private static final long PATIENCE_SECONDS = 300;

    private ShimDriver() {}

    /**
     * What a program printed.
     *
     * @param exit code of the process
     * @param output both streams
     */
    public record Result(int exit, String output) {}

    /** Skips the running test by name where there is no g++. */
    public static Result run(Map<String, String> environment, List<String> jvmOptions, Class<?> main, String... arguments) {
        Path driver = ShimLibrary.buildDriver();
        Path jcuda = ShimLibrary.moduleFolder().resolve("target/jcuda/lib");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Djava.library.path=" + jcuda, "-cp",
                System.getProperty("java.class.path")));
        command.addAll(jvmOptions);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put("LD_LIBRARY_PATH", driver.toString());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("still running: " + output);
            }
            return new Result(process.exitValue(), output);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
