package io.longwave.train;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Public data sets beside the checkout; a test that needs one that is not there is skipped and says which. */
final class PublicData {

    private PublicData() {}

    static Path file(String name) {
        Path file = Path.of(System.getProperty("longwave.root", "."), "..", "shared", "data").resolve(name).normalize();
        assumeTrue(Files.isRegularFile(file), () -> "data set not there: " + file);
        return file;
    }
}
