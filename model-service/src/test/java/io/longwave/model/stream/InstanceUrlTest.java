package io.longwave.model.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

class InstanceUrlTest {

    @Test
    void whatTheSettingsSayCounts() {
        URI said = URI.create("https://model-2.example:8443");
        assertThat(new InstanceUrl(said, environment("0.0.0.0")).get()).isEqualTo(said);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, http://127.0.0.1:8082", "10.1.2.3, http://10.1.2.3:8082", "fd00::7, http://[fd00:0:0:0:0:0:0:7]:8082"})
    void anAddressThatItListensOnIsWhereItIs(String address, String url) {
        assertThat(new InstanceUrl(null, environment(address)).get()).isEqualTo(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", ""})
    void ofAllAddressesOneIsTakenThatOthersReachIfThereIsOne(String wildcard) throws Exception {
        URI url = new InstanceUrl(null, environment(wildcard)).get();
        assertThat(url.getPort()).isEqualTo(8082);
        InetAddress taken = InetAddress.getByName(url.getHost());
        assertThat(NetworkInterface.getByInetAddress(taken)).as("%s is an address of this host", taken).isNotNull();
        boolean others = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress());
        assertThat(taken.isLoopbackAddress()).isEqualTo(!others);
    }

    @Test
    void thePortIsTheOneThatWasGivenToIt() {
        MockEnvironment environment = environment("127.0.0.1").withProperty("server.port", "0").withProperty("local.server.port", "40123");
        InstanceUrl url = new InstanceUrl(null, environment);
        assertThat(url.get()).isEqualTo(URI.create("http://127.0.0.1:40123"));
        environment.setProperty("local.server.port", "1");
        assertThat(url.get()).as("the same ever after").isEqualTo(URI.create("http://127.0.0.1:40123"));
    }

    private static MockEnvironment environment(String address) {
        return new MockEnvironment().withProperty("server.port", "8082").withProperty("server.address", address);
    }
}
