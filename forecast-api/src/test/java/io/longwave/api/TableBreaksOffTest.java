package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A table that cannot be read to its end. */
class TableBreaksOffTest {

    @RegisterExtension
    static final RunningApi api = new RunningApi("spring.datasource.hikari.connection-init-sql=set statement_timeout = '500ms'");

    @Test
    void nobodyTakesTheBeginningForTheWhole() throws Exception {
        api.postgres().truncate();
        long series = api.series("default/metrics/cpu#usage");
        api.jdbc().sql("insert into point (series_id, time, value) select ?, n * 1000000::bigint, n from generate_series(0, 400000) as n")
                .params(series).update();
        try (HttpClient http = HttpClient.newHttpClient(); Connection blocking = api.postgres().dataSource().getConnection()) {
            HttpResponse<InputStream> answer = http.send(HttpRequest.newBuilder(api.at("/api/v1/table?series=" + series)).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Longwave-Rows")).contains("400001");
            try (InputStream body = answer.body()) {
                assertThat(body.readNBytes(5)).asString().isEqualTo("time,");
                blocking.setAutoCommit(false);
                blocking.createStatement().execute("lock table point in access exclusive mode");
                assertThatExceptionOfType(IOException.class).isThrownBy(() -> body.transferTo(OutputStream.nullOutputStream()));
            }
        }
        assertThat(api.get("/api/v1/table?series=" + series + "&to=1970-01-01T00:00:01Z").body().lines()).hasSize(1001);
    }
}
