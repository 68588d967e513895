package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.longwave.standalone.command.CommandException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void belongsToOnePlatformAtATimeAndSaysToWhich() {
        try (DataDirectory first = DataDirectory.open(folder.resolve("data"))) {
            assertThatExceptionOfType(CommandException.class).isThrownBy(() -> DataDirectory.open(first.root()))
                    .withMessageContaining(
                            "another Longwave (process " + ProcessHandle.current().pid() + ") is running on " + first.root());
        }
    }

    @Test
    void isFreeAgainAfterItWasClosed() {
        DataDirectory.open(folder.resolve("data")).close();
        try (DataDirectory again = DataDirectory.open(folder.resolve("data"))) {
            assertThat(again.root()).isDirectory();
        }
    }

    @Test
    void saysThatItCannotBeCreated() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        assertThatExceptionOfType(CommandException.class).isThrownBy(() -> DataDirectory.open(file.resolve("data")))
                .withMessageContaining(file.resolve("data").toString())
                .withMessageContaining("--data-dir");
    }

    @Test
    void saysHowMuchRoomIsMissing() {
        assertThatExceptionOfType(CommandException.class).isThrownBy(() -> DataDirectory.requireRoom(folder, 30L << 20, 600L << 20))
                .withMessageContaining("has 30 MB of free disk space")
                .withMessageContaining("600 MB");
    }

    @Test
    void saysThatRootCannotRunADatabaseWithoutUserNamespaces() {
        for (String user : new String[]{null, "0"}) {
            assertThatExceptionOfType(CommandException.class).isThrownBy(() -> PostgresBinaries.requireUserNamespaces(user))
                    .withMessageContaining("run Longwave as a normal user");
        }
        PostgresBinaries.requireUserNamespaces("65534");
    }
}
