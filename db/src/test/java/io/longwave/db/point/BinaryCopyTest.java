package io.longwave.db.point;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class BinaryCopyTest {
    @Test
    void bytesAreThoseOfTheManual() {
        BinaryCopy copy = new BinaryCopy();
        copy.row(4).int8(1).float8(1.5).float4(-2f).text("é".getBytes(StandardCharsets.UTF_8)).row(1).absent().end();
        assertThat(HexFormat.of().formatHex(copy.buffer(), 0, copy.size())).isEqualTo("5047434f50590aff0d0a00" + "00000000" + "00000000"
                + "0004" + "000000080000000000000001" + "000000083ff8000000000000" + "00000004c0000000" + "00000002c3a9" + "0001"
                + "ffffffff"
                + "ffff");
    }

    @Test
    void growsPastItsFirstBuffer() {
        BinaryCopy copy = new BinaryCopy();
        for (int i = 0; i < 5000; i++) {
            copy.row(1).int8(i);
        }
        assertThat(copy.size()).isEqualTo(19 + 5000 * 14);
        byte[] last = Arrays.copyOfRange(copy.buffer(), copy.size() - 2, copy.size());
        assertThat(last).containsExactly(4999 >> 8, 4999 & 0xff);
    }
}
