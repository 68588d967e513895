package io.longwave.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFileTest {

    @TempDir
    private Path directory;

    @Test
    void unpacksWhatIsGzipWhateverItIsCalled() throws IOException {
        Path packed = directory.resolve("a.txt");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write("1\n2".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(DataFile.read(packed).lines()).containsExactly("1", "2");
        assertThat(DataFile.read(Files.writeString(directory.resolve("b.gz"), "3\n")).lines()).containsExactly("3");
    }

    @Test
    void endsLinesInEveryWayAndLeavesAByteOrderMarkOut() throws IOException {
        assertThat(DataFile.read(Files.writeString(directory.resolve("a"), "\uFEFFone\r\ntwo\rthree\n\nfive")).lines())
                .containsExactly("one", "two", "three", "", "five");
        assertThat(DataFile.read(Files.writeString(directory.resolve("b"), "")).lines()).isEmpty();
    }

    @Test
    void namesAFileByWhatIsLeftWithoutItsEndings() {
        assertThat(DataFile.stem(Path.of("x", "machine-1-6.txt.gz"))).isEqualTo("machine-1-6");
        assertThat(DataFile.stem(Path.of("x", "a.b.csv"))).isEqualTo("a.b");
        assertThat(DataFile.stem(Path.of(".hidden"))).isEqualTo(".hidden");
        assertThat(DataFile.unpackedName(Path.of("100.dat.GZ"))).isEqualTo("100.dat");
    }

    @Test
    void takesDecimalNumbersOnly() {
        assertThat(DataFile.number(" -1.5e3 ")).hasValue(-1500);
        assertThat(DataFile.number("NaN")).hasValue(Double.NaN);
        for (String text : new String[]{"", " ", "abc", "1f", "0x1p3", "1,5", "1 2", "--1"}) {
            assertThat(DataFile.number(text)).as(text).isEmpty();
        }
    }

    @Test
    void theFingerprintIsThatOfTheUnpackedBytesInOrder() throws IOException {
        DataFile a = DataFile.read(Files.writeString(directory.resolve("a"), "ab"));
        DataFile b = DataFile.read(Files.writeString(directory.resolve("b"), "c"));
        DataFile.Fingerprint fingerprint = new DataFile.Fingerprint();
        fingerprint.add(a);
        fingerprint.add(b);
        // SHA-256 of "abc", FIPS 180-2 appendix B.1
        assertThat(fingerprint.hex()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void saysWhyAFileCannotBeRead() throws IOException {
        assertThatThrownBy(() -> DataFile.read(directory.resolve("none"))).isInstanceOf(DataFileException.class)
                .hasMessageContaining("none: expected a file but there is none");
        Path damaged = Files.write(directory.resolve("damaged.gz"), new byte[]{0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1});
        assertThatThrownBy(() -> DataFile.read(damaged)).isInstanceOf(DataFileException.class).hasMessageContaining("cannot be read");
    }

    @Test
    void unpacksWhatCameOverTheNetworkUpToALimit() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(new byte[1000]);
        }
        assertThat(DataFile.of("a.gz", packed.toByteArray(), 1000).bytes()).hasSize(1000);
        assertThat(DataFile.of("a", new byte[]{1, 2}, 2).bytes()).containsExactly(1, 2);
        assertThatThrownBy(() -> DataFile.of("a.gz", packed.toByteArray(), 999)).isInstanceOf(DataFileException.class)
                .hasMessage("a.gz: expected at most 999 bytes, unpacked, but found more");
        assertThatThrownBy(() -> DataFile.of("a.gz", new byte[]{0x1f, (byte) 0x8b, 1}, 9)).isInstanceOf(DataFileException.class)
                .hasMessageContaining("a.gz: cannot be unpacked");
    }
}
