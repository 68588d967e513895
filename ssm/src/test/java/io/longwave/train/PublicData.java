package io.longwave.train;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Public data sets beside the checkout; a test that needs one that is not there is skipped and says which. */
public final class PublicData {

    private PublicData() {}

    public static Path file(String name) {
        Path file = place(name);
        assumeTrue(Files.isRegularFile(file), () -> "data set not there: " + file);
        return file;
    }

    public static Path folder(String name) {
        Path folder = place(name);
        assumeTrue(Files.isDirectory(folder), () -> "data set not there: " + folder);
        return folder;
    }

    private static Path place(String name) {
        return Path.of(System.getProperty("longwave.root", "."), "..", "shared", "data").resolve(name).normalize();
    }
}
