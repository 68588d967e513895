package io.longwave.ingest.point;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UnsignedTest {
    @Test
    void everyCountIsTheNearestDouble() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 10_000; i++) {
            long bits = random.nextLong() >>> random.nextInt(64) << random.nextInt(12);
            assertThat(Unsigned.toDouble(bits)).as(Long.toUnsignedString(bits))
                    .isEqualTo(new BigInteger(Long.toUnsignedString(bits)).doubleValue());
        }
        assertThat(Unsigned.toDouble(-1)).isEqualTo(0x1p64);
    }
}
