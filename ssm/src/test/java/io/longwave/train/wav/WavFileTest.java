package io.longwave.train.wav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WavFileTest {

    private static final byte[] SIXTEEN = {0, 0, 0, 64, 0, -128, -1, 127}; // 0, 1/2, -1, 1 - 2^-15

    @Test
    void readsWhatTheJdkWrites() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AudioFormat stereo = new AudioFormat(44_100, 16, 2, true, false);
        AudioSystem.write(new AudioInputStream(new ByteArrayInputStream(SIXTEEN), stereo, 2), AudioFileFormat.Type.WAVE, out);
        WavFile wav = read(out.toByteArray());
        assertThat(wav.channels()).isEqualTo(2);
        assertThat(wav.rate()).isEqualTo(44_100);
        assertThat(wav.length()).isEqualTo(2);
        assertThat(wav.samples()).containsExactly(0, 0.5f, -1, 32_767 / 32_768f);
    }

    @Test
    void readsEveryWidthOnTheScaleOfOne() {
        assertThat(read(wav(1, 1, 8, new byte[]{(byte) 128, (byte) 192, 0, (byte) 255})).samples()).containsExactly(0, 0.5f, -1,
                127 / 128f);
        assertThat(read(wav(1, 1, 16, SIXTEEN)).samples()).containsExactly(0, 0.5f, -1, 32_767 / 32_768f);
        assertThat(read(wav(1, 1, 24, new byte[]{0, 0, 64, 0, 0, -128, 1, 0, 0, -1, -1, -1})).samples()).containsExactly(0.5f, -1,
                1 / 8_388_608f, -1 / 8_388_608f);
        assertThat(read(wav(1, 1, 32, ints(1 << 30, Integer.MIN_VALUE))).samples()).containsExactly(0.5f, -1);
        assertThat(read(wav(3, 1, 32, ints(Float.floatToIntBits(1.5f)))).samples()).containsExactly(1.5f);
        assertThat(read(wav(3, 1, 64, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(-0.25).array())).samples())
                .containsExactly(-0.25f);
    }

    @Test
    void readsTheExtensibleFormByItsSubFormat() {
        byte[] format = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN).putShort((short) 0xfffe).putShort((short) 1).putInt(8000)
                .putInt(16_000)
                .putShort((short) 2).putShort((short) 16).putShort((short) 22).putShort((short) 16).putInt(4).putShort((short) 1).array();
        assertThat(read(riff(chunk("fmt ", format), chunk("data", SIXTEEN))).length()).isEqualTo(4);
    }

    @Test
    void skipsOtherChunksEvenThoseOfOddLength() {
        byte[] odd = chunk("LIST", new byte[]{1, 2, 3});
        byte[] format = chunk("fmt ", format(1, 1, 16));
        assertThat(read(riff(odd, format, chunk("fact", new byte[4]), odd, chunk("data", SIXTEEN), odd)).length()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void aSizeThatWasNeverFilledInReachesToTheEnd(int size) {
        byte[] file = wav(1, 1, 16, SIXTEEN);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(40, size);
        assertThat(read(file).length()).isEqualTo(4);
    }

    @Test
    void aDataChunkOfNoSizeBeforeOtherChunksIsEmpty() {
        byte[] format = chunk("fmt ", format(1, 1, 16));
        byte[] list = chunk("LIST", "INFOISFT\3\0\0\0abc".getBytes(StandardCharsets.US_ASCII));
        refuses(riff(format, chunk("data", new byte[0]), list), "expected at least one sample but the 'data' chunk holds none");
        byte[] odd = riff(format, chunk("data", new byte[0]), list, chunk("id3 ", new byte[1]));
        refuses(Arrays.copyOf(odd, odd.length - 1), "holds none");
        byte[] text = "LISTEN TO THIS, SAMPLES".getBytes(StandardCharsets.US_ASCII);
        assertThat(read(riff(format, chunk("data", new byte[0]), text)).length()).as("no chunks").isEqualTo(text.length / 2);
    }

    @Test
    void saysWhatItExpectedAndFound() {
        refuses("nothing at all".getBytes(StandardCharsets.US_ASCII), "expected a RIFF file of type WAVE but found 'noth' and 'at a'");
        refuses(new byte[3], "but found 3 bytes");
        refuses(wav(7, 1, 8, new byte[4]), "but found encoding 7 of 8 bits");
        refuses(wav(1, 1, 12, new byte[4]), "but found encoding 1 of 12 bits");
        refuses(wav(1, 0, 16, new byte[4]), "but found 0 channels at 8000 Hz");
        refuses(riff(chunk("data", SIXTEEN)), "expected a 'fmt ' chunk before the 'data' chunk");
        refuses(riff(chunk("fmt ", format(1, 1, 16))), "expected a 'data' chunk but the file ends without one");
        refuses(riff(chunk("fmt ", new byte[8]), chunk("data", SIXTEEN)), "'fmt ' chunk: expected at least 16 bytes but found 8");
        refuses(wav(1, 1, 16, new byte[1]), "expected at least one sample");
        refuses(wav(3, 1, 32, ints(Float.floatToIntBits(Float.NaN))), "expected finite samples but found NaN at byte 44");
        byte[] cut = Arrays.copyOf(wav(1, 1, 16, SIXTEEN), 48);
        refuses(cut, "'data' chunk: expected 8 bytes but the file ends after 4");
    }

    private static void refuses(byte[] file, String problem) {
        assertThatThrownBy(() -> read(file)).isInstanceOf(DataFileException.class).hasMessageContaining("x.wav")
                .hasMessageContaining(problem);
    }

    private static WavFile read(byte[] bytes) {
        return WavFile.of(new DataFile(Path.of("x.wav"), bytes));
    }

    /** A plain file at 8000 Hz. */
    static byte[] wav(int encoding, int channels, int bits, byte[] samples) {
        return riff(chunk("fmt ", format(encoding, channels, bits)), chunk("data", samples));
    }

    private static byte[] format(int encoding, int channels, int bits) {
        int block = channels * bits / 8;
        return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putShort((short) encoding).putShort((short) channels).putInt(8000)
                .putInt(8000 * block).putShort((short) block).putShort((short) bits).array();
    }

    private static byte[] chunk(String name, byte[] body) {
        return ByteBuffer.allocate(8 + body.length + (body.length & 1)).order(ByteOrder.LITTLE_ENDIAN)
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .putInt(body.length).put(body).array();
    }

    private static byte[] riff(byte[]... chunks) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("WAVE".getBytes(StandardCharsets.US_ASCII));
        for (byte[] chunk : chunks) {
            body.writeBytes(chunk);
        }
        byte[] bytes = body.toByteArray();
        return ByteBuffer.allocate(8 + bytes.length).order(ByteOrder.LITTLE_ENDIAN).put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(bytes.length)
                .put(bytes).array();
    }

    private static byte[] ints(int... values) {
        ByteBuffer out = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            out.putInt(value);
        }
        return out.array();
    }
}
