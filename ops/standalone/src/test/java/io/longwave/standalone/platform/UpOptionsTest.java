package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class UpOptionsTest {
    @ParameterizedTest
    @CsvSource({"90d,P90D", "12h,PT12H", "PT30M,PT30M", "0s,PT0S"})
    void keepIsATimeAsSettingsAreWritten(String text, Duration time) throws Exception {
        assertThat(new UpCommand.KeepTime().convert(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"long", "90 days", "-1d", "-5m", "90", "59s", "40000d"})
    void anythingElseIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> new CommandLine(new UpCommand()).parseArgs("--keep=" + text)).isInstanceOf(ParameterException.class)
                .hasMessageContaining("--keep")
                .hasMessageContaining("expected 0s or a time from 1m to 36500d, such as 90d or 12h, but was '" + text + "'");
    }
}
