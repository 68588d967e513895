package io.longwave.ingest.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.series.DeclaredKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class CounterNamesTest {
    @Test
    void starsStandForAnyCharactersAndEverythingElseForItself() {
        CounterNames names = new CounterNames(List.of("net bytes_*", "disk io *", "* a.c"));
        assertThat(names.kindOf("net", "bytes_sent")).isEqualTo(DeclaredKind.COUNTER_BY_NAME);
        assertThat(names.kindOf("net", "all_bytes_sent")).isNull();
        assertThat(names.kindOf("disk io", "line\nbreak")).as("a measurement may have spaces").isEqualTo(DeclaredKind.COUNTER_BY_NAME);
        assertThat(names.kindOf("any", "a.c")).isEqualTo(DeclaredKind.COUNTER_BY_NAME);
        assertThat(names.kindOf("any", "abc")).isNull();
        assertThat(CounterNames.NONE.kindOf("net", "bytes_sent")).isNull();
    }

    @Test
    void aNameWithoutAFieldIsRefused() {
        assertThatThrownBy(() -> new CounterNames(List.of("net"))).hasMessage(
                "counters: expected a measurement, a space and a field, such as 'net bytes_*', but was 'net'");
    }
}
