package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
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

    @ParameterizedTest
    @CsvSource({"--webhook,hook", "--webhook,ftp://example.com/hook", "--alertmanager,localhost:9093"})
    void whoIsToldOfAnomaliesIsToldByHttp(String option, String url) {
        StringWriter said = new StringWriter();
        CommandLine command = new CommandLine(new UpCommand()).setErr(new PrintWriter(said));
        assertThat(command.execute(option, url)).isEqualTo(2);
        assertThat(said.toString())
                .contains(option.substring(2) + ": expected a URL that begins with http:// or https:// and a host but was " + url);
    }

    @Test
    void destinationsAreNamedByTheirHostsWithoutWhatMayBeSecret() {
        Map<String, String> settings = new LinkedHashMap<>();
        Platform.tell(settings, "webhooks",
                List.of(URI.create("https://Chat.example.com/hooks/s3cret"), URI.create("https://me:s3cret@chat.example.com/other"),
                        URI.create("http://127.0.0.1:9000")));
        assertThat(settings).hasSize(3).containsValues("https://Chat.example.com/hooks/s3cret", "https://me:s3cret@chat.example.com/other",
                "http://127.0.0.1:9000");
        assertThat(settings.keySet()).allSatisfy(name -> assertThat(name).doesNotContain("s3cret")
                .matches("longwave\\.notifications\\.webhooks\\.(chat-example-com|127-0-0-1)-[0-9a-f]+\\.url"));
    }
}
