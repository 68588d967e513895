package io.longwave.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;

class GzipInputTest {
    @Test
    void anyDataInAnyNumberOfMembersComeBack() throws IOException {
        for (long seed = 1; seed <= 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            int members = random.nextInt(1, 5);
            for (int m = 0; m < members; m++) {
                byte[] part = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(60_000)];
                int letters = random.nextInt(1, 257);
                for (int i = 0; i < part.length; i++) {
                    part[i] = (byte) random.nextInt(letters);
                }
                plain.writeBytes(part);
                packed.writeBytes(gzip(part));
            }
            // Short reads from the connection, as they come.
            var slow = new ByteArrayInputStream(packed.toByteArray()) {
                @Override
                public synchronized int read(byte[] bytes, int offset, int length) {
                    return super.read(bytes, offset, Math.min(length, random.nextInt(1, 3000)));
                }
            };
            try (GzipInput in = new GzipInput(slow)) {
                assertThat(in.readAllBytes()).as("seed %d", seed).isEqualTo(plain.toByteArray());
            }
        }
    }

    @Test
    void aHundredThousandEmptyMembersAreAnEmptyBody() throws IOException {
        byte[] one = gzip(new byte[0]);
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        for (int i = 0; i < 100_000; i++) {
            row.writeBytes(one);
        }
        assertThat(unpack(row.toByteArray())).isEmpty();
    }

    @Test
    void allOptionalPartsOfAHeaderAreSkipped() throws IOException {
        byte[] text = "lines".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[]{0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3});
        out.writeBytes(new byte[]{3, 0, 'x', 0, 'y'});
        out.writeBytes(new byte[]{'n', 'a', 'm', 'e', 0, 'c', 0, 9, 9});
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(text);
        deflater.finish();
        byte[] data = new byte[100];
        out.write(data, 0, deflater.deflate(data));
        deflater.end();
        CRC32 checksum = new CRC32();
        checksum.update(text);
        for (int shift = 0; shift < 32; shift += 8) {
            out.write((int) (checksum.getValue() >> shift));
        }
        out.writeBytes(new byte[]{5, 0, 0, 0});
        assertThat(unpack(out.toByteArray())).isEqualTo(text);
    }

    @Test
    void everyTruncationIsNoticed() throws IOException {
        byte[] whole = gzip("m f=1 5\nm f=2 6\n".getBytes(StandardCharsets.UTF_8));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> unpack(cut)).as("%d of %d bytes", length, whole.length).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void noFlippedBitGivesOtherData() throws IOException {
        byte[] plain = "m f=1 5\nm f=2 6\n".getBytes(StandardCharsets.UTF_8);
        byte[] whole = gzip(plain);
        int noticed = 0;
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                // Times and hints of the header, and the bits that fill the last byte of the data, mean nothing.
                assertThat(unpack(damaged)).as("bit %d", bit).isEqualTo(plain);
            } catch (ZipException | EOFException e) {
                noticed++;
            }
        }
        assertThat(noticed).isGreaterThan(whole.length * 8 - 80);
    }

    @Test
    void whatFollowsTheLastMemberMustBeAMember() throws IOException {
        byte[] whole = gzip(new byte[]{1, 2, 3});
        byte[] more = Arrays.copyOf(whole, whole.length + 5);
        assertThatThrownBy(() -> unpack(more)).isInstanceOf(ZipException.class).hasMessage("data that do not start like gzip");
    }

    private static byte[] unpack(byte[] packed) throws IOException {
        try (GzipInput in = new GzipInput(new ByteArrayInputStream(packed))) {
            return in.readAllBytes();
        }
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }
}
