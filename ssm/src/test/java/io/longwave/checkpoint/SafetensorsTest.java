package io.longwave.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.longwave.train.TrainableModel.NamedTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

    private static final Safetensors.Content CONTENT = new Safetensors.Content(Map.of("made by", "a test"),
            List.of(new NamedTensor("decoder.a", List.of(2, 3), new float[]{1, -2, 3.5f, Float.MIN_VALUE, -0.0f, 1e30f}),
                    new NamedTensor("empty", List.of(0, 4), new float[0]),
                    new NamedTensor("scalar", List.of(), new float[]{Float.intBitsToFloat(0x7fc12345)})));

    @TempDir
    private Path directory;

    @Test
    void givesBackEveryBit() {
        Path file = written();
        Safetensors.Content read = Safetensors.read(file);
        assertThat(read.metadata()).isEqualTo(CONTENT.metadata());
        assertThat(read.tensors()).extracting(NamedTensor::name).containsExactly("decoder.a", "empty", "scalar");
        for (int t = 0; t < 3; t++) {
            NamedTensor expected = CONTENT.tensors().get(t);
            assertThat(read.tensors().get(t).shape()).isEqualTo(expected.shape());
            for (int i = 0; i < expected.values().length; i++) {
                assertThat(Float.floatToRawIntBits(read.tensors().get(t).values()[i]))
                        .isEqualTo(Float.floatToRawIntBits(expected.values()[i]));
            }
        }
    }

    @Test
    void leavesNothingBesideTheFile() throws IOException {
        written();
        written();
        try (var entries = Files.list(directory)) {
            assertThat(entries.map(entry -> entry.getFileName().toString())).containsExactly("weights.safetensors");
        }
    }

    @Test
    void readsAFileLaidOutByHand() throws IOException {
        String header = "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},\"a\":{\"data_offsets\":[0,8],\"shape\":[2],\"dtype\":\"F32\"}}";
        Path file = file(header, 12);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(8 + header.length()).putFloat(1.5f).putFloat(2.5f).putFloat(-7);
        Files.write(file, bytes);
        assertThat(Safetensors.read(file).tensors()).extracting(NamedTensor::name).containsExactly("a", "b");
        assertThat(Safetensors.read(file).tensors().get(0).values()).containsExactly(1.5f, 2.5f);
        assertThat(Safetensors.read(file).tensors().get(1).values()).containsExactly(-7);
    }

    @Test
    void anotherProgramReadsTheSameNumbers() throws IOException, InterruptedException {
        Path python = Path.of("/usr/bin/python3");
        assumeTrue(Files.isExecutable(python), "python3 not there: " + python);
        String program = """
                import json, struct, sys
                raw = open(sys.argv[1], 'rb').read()
                n, = struct.unpack('<Q', raw[:8])
                header = json.loads(raw[8:8 + n])
                assert (8 + n) % 8 == 0, 'values are not aligned'
                data = raw[8 + n:]
                for name, t in header.items():
                    if name != '__metadata__':
                        begin, end = t['data_offsets']
                        print(name, t['dtype'], t['shape'], struct.unpack('<%df' % ((end - begin) // 4), data[begin:end]))
                print(header['__metadata__'])
                """;
        Process process = new ProcessBuilder(python.toString(), "-c", program, written().toString()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output.lines()).containsExactly(
                "decoder.a F32 [2, 3] (1.0, -2.0, 3.5, 1.401298464324817e-45, -0.0, 1.0000000150474662e+30)",
                "empty F32 [0, 4] ()", "scalar F32 [] (nan,)", "{'made by': 'a test'}");
    }

    @Test
    void saysHowManyBytesATruncatedFileLacks() throws IOException {
        Path file = written();
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(CheckpointException.class).hasMessageContaining("expected")
                    .hasMessageContaining("weights.safetensors");
        }
        assertThatThrownBy(() -> Safetensors.read(file))
                .hasMessageContaining("expected " + whole.length + " bytes but the file has " + (whole.length - 1) + ": it is cut short");
    }

    @Test
    void refusesBytesThatBelongToNoTensor() throws IOException {
        Path file = written();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length + 4));
        assertThatThrownBy(() -> Safetensors.read(file))
                .hasMessageContaining("expected " + whole.length + " bytes but the file has " + (whole.length + 4));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}|expected 8 bytes for shape [2] but its range is 0 to 12
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}|expected its bytes to begin at 0 but was 4
            {"a":{"dtype":"F16","shape":[6],"data_offsets":[0,12]}}|expected dtype F32 but was F16
            {"a":{"dtype":"F32","shape":[-3],"data_offsets":[0,12]}}|expected lengths of axes but found [-3]
            {"a":{"dtype":"F32","shape":[65536,65536,65536],"data_offsets":[0,12]}}|is larger than 2 GiB
            {"a":{"dtype":"F32","data_offsets":[0,12]}}|expected shape and two data_offsets
            {"a":{"dtype":"F32"|the header is no JSON
            [1,2,3]|expected a JSON object as header but found ARRAY
            """)
    void refusesADamagedHeader(String header, String problem) throws IOException {
        Path file = file(header, 12);
        assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(CheckpointException.class).hasMessageContaining(problem);
    }

    @Test
    void refusesAHeaderLongerThanTheFile() throws IOException {
        Path file = Files.write(directory.resolve("weights.safetensors"), new byte[]{-1, -1, -1, -1, -1, -1, -1, -1, '{', '}'});
        assertThatThrownBy(() -> Safetensors.read(file)).hasMessageContaining("expected a header of 2 to 2 bytes")
                .hasMessageContaining("18446744073709551615");
    }

    private Path written() {
        Path file = directory.resolve("weights.safetensors");
        Safetensors.write(file, CONTENT);
        return file;
    }

    private Path file(String header, int values) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + values).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text);
        return Files.write(directory.resolve("weights.safetensors"), bytes.array());
    }
}
