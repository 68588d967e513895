package io.longwave.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.ingest.stream.InFlightBytes;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class BrokerAwayTest {
    @Test
    void withoutABrokerTheServiceStartsAndAsksWritersToComeBack() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        try (IngestServer server = new IngestServer("localhost:" + free, "longwave.ingest.retry-after=7s")) {
            refusesFor(server.post("/api/v2/write?bucket=b", "m f=1 5"), "7");
            refusesFor(server.post("/write?db=d", "m f=1 5"), "7");
            // A bad line is not looked at either: 400 would make the client drop the good ones beside it.
            refusesFor(server.post("/api/v2/write?bucket=b", "bad"), "7");
            assertThat(server.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(server.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            assertThat(server.get("/health").statusCode()).isEqualTo(503);
            assertThat(server.get("/ready").statusCode()).isEqualTo(503);
            assertThat(server.get("/ping").statusCode()).isEqualTo(204);
            assertThat(server.metric("longwave_ingest_turned_away_total{cause=\"broker\"}")).isEqualTo(3);
        }
    }

    @Test
    void whenTheBrokerGoesAwayWritesAreNeverAnsweredAsWrittenNorAsBad() throws Exception {
        try (TestBroker broker = new TestBroker();
                // The check is rare here, so that the first write meets the dead broker itself.
                IngestServer server = new IngestServer(broker.servers(), "longwave.ingest.delivery-timeout=2s",
                        "longwave.ingest.broker-check=1h")) {
            assertThat(server.post("/api/v2/write?bucket=b", "m f=1 5").statusCode()).isEqualTo(204);
            broker.close();
            for (int i = 0; i < 3; i++) {
                refusesFor(server.post("/api/v2/write?bucket=b", "m f=1 5\nn f=2 5\nbad"), "5");
            }
            assertThat(server.bean(InFlightBytes.class).used()).isZero();
        }
    }

    private static void refusesFor(HttpResponse<String> answer, String seconds) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains(seconds);
        assertThat(JsonMapper.builder().build().readTree(answer.body()).get("code").asString()).isEqualTo("unavailable");
    }
}
