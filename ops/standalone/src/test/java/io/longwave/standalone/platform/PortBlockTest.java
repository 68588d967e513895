package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.longwave.standalone.command.CommandException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortBlockTest {

    private final int page = FreePorts.block();

    @ParameterizedTest
    @CsvSource({"0,the page and the API", "1,ingest", "2,the model service", "3,PostgreSQL", "4,Kafka", "5,Kafka's controller"})
    void namesATakenPortAndWhatItIsFor(int offset, String purpose) throws Exception {
        try (ServerSocket taken = new ServerSocket(page + offset, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatExceptionOfType(CommandException.class).isThrownBy(() -> new PortBlock(page).requireFree(embedded()))
                    .withMessageContaining("port " + taken.getLocalPort() + " ")
                    .withMessageContaining("needed for " + purpose + ",");
        }
    }

    @Test
    void doesNotAskForThePortsOfPartsThatSomebodyElseRuns() throws Exception {
        PlatformConfig external = new PlatformConfig(Path.of("unused"), page, "127.0.0.1", "kafka:9092", "jdbc:postgresql://db/longwave",
                false, Duration.ZERO, List.of(), List.of());
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (ServerSocket database = new ServerSocket(page + 3, 1, loopback);
                ServerSocket broker = new ServerSocket(page + 4, 1, loopback);
                ServerSocket controller = new ServerSocket(page + 5, 1, loopback)) {
            assertThatCode(() -> new PortBlock(page).requireFree(external)).doesNotThrowAnyException();
        }
    }

    @Test
    void saysThatAHostIsNotOfThisMachine() {
        PlatformConfig elsewhere = new PlatformConfig(Path.of("unused"), page, "192.0.2.1", null, null, false, Duration.ZERO, List.of(),
                List.of());
        assertThatExceptionOfType(CommandException.class).isThrownBy(() -> new PortBlock(page).requireFree(elsewhere))
                .withMessageContaining("192.0.2.1");
    }

    @Test
    void refusesABlockThatReachesBeyondTheLastPort() {
        assertThatIllegalArgumentException().isThrownBy(() -> PlatformConfig.embedded(Path.of("unused"), 65_531))
                .withMessageContaining("65530");
    }

    private PlatformConfig embedded() {
        return PlatformConfig.embedded(Path.of("unused"), page);
    }
}
