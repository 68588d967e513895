package io.longwave.standalone.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LineProtocolTest {

    @Test
    void escapesWhatWouldEndAName() {
        assertThat(LineProtocol.head("a b,c=d", Map.of("k=1", "v, w"))).isEqualTo("a\\ b\\,c=d,k\\=1=v\\,\\ w");
        assertThat(LineProtocol.field("p (mbar)=x")).isEqualTo("p\\ (mbar)\\=x");
    }

    @Test
    void keepsALineOneLine() {
        assertThat(LineProtocol.head("a\nb", Map.of())).isEqualTo("a b");
    }

    @Test
    void refusesWhatWouldBeReadAsSomethingElse() {
        assertThatIllegalArgumentException().isThrownBy(() -> LineProtocol.head("#3 pump", Map.of())).withMessageContaining("comment");
        assertThat(LineProtocol.head("a#b", Map.of("k", "#1"))).isEqualTo("a#b,k=#1");
        assertThatIllegalArgumentException().isThrownBy(() -> LineProtocol.head("m", Map.of("k", "C:\\")))
                .withMessageContaining("backslash");
        assertThatIllegalArgumentException().isThrownBy(() -> LineProtocol.field("x\\")).withMessageContaining("backslash");
        assertThat(LineProtocol.field("a\\b")).isEqualTo("a\\b");
    }

    @Test
    void refusesEmptyNames() {
        assertThatIllegalArgumentException().isThrownBy(() -> LineProtocol.head("", Map.of())).withMessageContaining("measurement");
        assertThatIllegalArgumentException().isThrownBy(() -> LineProtocol.head("m", Map.of("k", ""))).withMessageContaining("k");
        assertThatIllegalArgumentException().isThrownBy(() -> LineProtocol.field(""));
    }
}
