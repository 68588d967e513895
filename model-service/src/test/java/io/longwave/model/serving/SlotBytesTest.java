package io.longwave.model.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.model.anomaly.Incident;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SlotBytesTest {
    private static final Incident INCIDENT = new Incident("online-1", 1, 2, 3, 0.5, -0.0, Double.MIN_VALUE, 7, 8, false);

    @Test
    void everythingComesBack() {
        SlotBytes back = SlotBytes.read(new SlotBytes(-7.5, 5, INCIDENT, new byte[]{1, 2, 3}).write());
        assertThat(back.lastValue()).isEqualTo(-7.5);
        assertThat(back.sinceForecast()).isEqualTo(5);
        assertThat(back.incident()).isEqualTo(INCIDENT);
        assertThat(back.modelState()).containsExactly(1, 2, 3);
        assertThat(SlotBytes.read(new SlotBytes(Double.NaN, 0, null, new byte[0]).write()).incident()).isNull();
    }

    @Test
    void aProgramThatKnowsNoSamplesAfterACheckpointDoesNotGoOnFromOne() {
        assertThat(new SlotBytes(0, 0, null, new byte[0]).write()[0]).isEqualTo((byte) 3);
    }

    @Test
    void versionTwoStaysReadable() {
        SlotBytes back = SlotBytes.read(HexFormat.of().parseHex("02" + "c01e000000000000" + "00000005" + "00" + "cafe"));
        assertThat(back.lastValue()).isEqualTo(-7.5);
        assertThat(back.sinceForecast()).isEqualTo(5);
        assertThat(back.modelState()).containsExactly(0xca, 0xfe);
    }

    @Test
    void versionOneWhichHadNoValueStaysReadable() {
        SlotBytes back = SlotBytes.read(HexFormat.of().parseHex("01" + "00000005" + "00" + "cafe"));
        assertThat(back.lastValue()).isNaN();
        assertThat(back.sinceForecast()).isEqualTo(5);
        assertThat(back.modelState()).containsExactly(0xca, 0xfe);
    }

    @Test
    void refusesAnotherVersionAndBytesThatEndTooSoon() {
        assertThatThrownBy(() -> SlotBytes.read(new byte[]{9, 0, 0, 0, 0, 0})).hasMessageContaining("expected version 1 to 3 but was 9");
        byte[] whole = new SlotBytes(-7.5, 5, INCIDENT, new byte[0]).write();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> SlotBytes.read(cut)).as("%d bytes", length).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
