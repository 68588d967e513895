package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostmasterPidTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void readsProcessFolderAndPort() {
        assertThat(PostmasterPid.parse(List.of("4711", "/data/postgres", "1795458017", "8083", "", "127.0.0.1", "ready")))
                .contains(new PostmasterPid(4711, Path.of("/data/postgres"), 8083));
    }

    @Test
    void hasNoPortWhileTheServerHasNotWrittenIt() {
        assertThat(PostmasterPid.parse(List.of("4711", "/data/postgres"))).contains(new PostmasterPid(4711, Path.of("/data/postgres"), 0));
    }

    @Test
    void takesNothingFromAFileThatIsNoServers() {
        assertThat(PostmasterPid.parse(List.of())).isEmpty();
        assertThat(PostmasterPid.parse(List.of("4711"))).isEmpty();
        assertThat(PostmasterPid.parse(List.of("", "/data/postgres"))).isEmpty();
        assertThat(PostmasterPid.parse(List.of("-4711", "/data/postgres"))).as("a backend that runs alone").isEmpty();
    }

    @Test
    void isAbsentWithoutAFile() throws Exception {
        assertThat(PostmasterPid.read(folder)).isEmpty();
    }

    @Test
    void isNotTheServerWhenAStrangerHasItsNumber() throws Exception {
        Files.write(folder.resolve("postmaster.pid"),
                List.of(Long.toString(ProcessHandle.current().pid()), folder.toString(), "0", "8083"));
        assertThat(PostmasterPid.read(folder)).hasValueSatisfying(pid -> {
            assertThat(pid.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(serves(pid)).isFalse();
        });
    }

    @Test
    void isNotTheServerWhenTheProcessIsGone() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        assertThat(serves(new PostmasterPid(gone.pid(), folder, 8083))).isFalse();
    }

    private boolean serves(PostmasterPid pid) {
        try {
            return pid.isServerOf(folder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
