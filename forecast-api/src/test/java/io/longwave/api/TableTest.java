package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.ContentDisposition;

/** Points of several series as a table. */
class TableTest {
    private static final long NOON = 1_772_366_400_000_000_000L; // 2026-03-01T12:00:00Z
    private static final long SECOND = 1_000_000_000L;

    @RegisterExtension
    static final RunningApi api = new RunningApi();

    private long usage;
    private long load;

    @BeforeEach
    void twoSeries() {
        api.postgres().truncate();
        usage = api.series("default/metrics/cpu#usage");
        load = api.series("default/metrics/cpu#load");
        for (int i = 0; i < 6; i++) {
            api.unscoredPoint(usage, NOON + i * 10 * SECOND, i);
        }
    }

    private HttpResponse<String> table(String query) {
        return api.get("/api/v1/table?" + query);
    }

    private List<String> lines(String query) {
        HttpResponse<String> answer = table(query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<String> lines = answer.body().lines().toList();
        assertThat(answer.headers().firstValue("Longwave-Rows")).contains(Integer.toString(lines.size() - 1));
        assertThat(answer.body()).endsWith("\n");
        return lines;
    }

    @Test
    void rowsAreAStepApartAndEmptyWhereNothingWasWritten() {
        api.unscoredPoint(load, NOON + 13 * SECOND, 0.5); // nearer to 12:00:10
        api.unscoredPoint(load, NOON + 14 * SECOND, 0.25); // which is later
        api.unscoredPoint(load, NOON + 76 * SECOND, -1e-9); // a row of its own, behind a gap
        assertThat(lines("series=" + usage + "," + load)).containsExactly("time,usage,load", "2026-03-01T12:00:00Z,0.0,",
                "2026-03-01T12:00:10Z,1.0,0.25", "2026-03-01T12:00:20Z,2.0,", "2026-03-01T12:00:30Z,3.0,", "2026-03-01T12:00:40Z,4.0,",
                "2026-03-01T12:00:50Z,5.0,", "2026-03-01T12:01:00Z,,", "2026-03-01T12:01:10Z,,", "2026-03-01T12:01:20Z,,-1.0E-9");
        HttpResponse<String> answer = table("series=" + load + "&series=" + usage + "&step=1m");
        assertThat(answer.body().lines()).containsExactly("time,load,usage", "2026-03-01T12:00:16Z,0.25,4.0",
                "2026-03-01T12:01:16Z,-1.0E-9,5.0");
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/csv;charset=utf-8");
        assertThat(answer.headers().firstValue("Content-Disposition").orElse("")).startsWith("attachment;").contains("cpu.csv");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"from=2026-03-01T12:00:20Z|2.0,3.0,4.0,5.0", "to=2026-03-01T12:00:20Z|0.0,1.0",
            "from=-20s&to=-10s|3.0", "from=2026-03-01T12:00:11Z&to=2026-03-01T12:00:41Z|2.0,3.0,4.0", "from=2027-01-01T00:00:00Z|",
            "from=2026-03-01T12:00:21Z&to=2026-03-01T12:00:29Z|", "from=2026-03-01T12:00:00Z&to=2026-03-01T12:00:00Z|",
            "step=20s|1.0,3.0,5.0", "step=25s|1.0,3.0,5.0"})
    void rowsOfAStretch(String query, String values) {
        List<String> lines = lines("series=" + usage + "&" + query);
        assertThat(lines.stream().skip(1).map(line -> line.substring(line.indexOf(',') + 1)))
                .containsExactly(values == null ? new String[0] : values.split(","));
    }

    @Test
    void aCounterIsItsRate() {
        long counter = api.series("default/metrics/http#requests");
        api.jdbc().sql("update series set declared_kind = 'counter' where id = ?").param(counter).update();
        for (int i = 0; i < 4; i++) {
            api.unscoredPoint(counter, NOON + i * 10 * SECOND, i == 3 ? 5 : 20 * i);
        }
        assertThat(lines("series=" + counter + "&from=2026-03-01T12:00:10Z")).containsExactly("time,requests", "2026-03-01T12:00:10Z,2.0",
                "2026-03-01T12:00:20Z,2.0", "2026-03-01T12:00:30Z,0.5");
    }

    @Test
    void tablesOfDifferentSeriesAreCalledDifferently() {
        long other = api.series("default/metrics/cpu,host=a b#usage");
        long temperature = api.series("default/metrics/room#temperature");
        assertThat(fileOf("series=" + usage)).isEqualTo("cpu-usage.csv");
        assertThat(fileOf("series=" + other)).isEqualTo("cpu-host-a-b-usage.csv");
        assertThat(fileOf("fieldsOf=default/metrics/cpu")).isEqualTo("cpu.csv");
        assertThat(fileOf("series=" + temperature + "," + usage)).isEqualTo("series-" + temperature + "-" + usage + ".csv");
    }

    private String fileOf(String query) {
        String header = table(query).headers().firstValue("Content-Disposition").orElse("");
        return String.valueOf(ContentDisposition.parse(header).getFilename());
    }

    @Test
    void allFieldsOfAKeyAreAColumnEach() {
        api.series("default/metrics/cpu,core=1#idle");
        api.series("default/metrics/cpus#idle"); // has no points at all
        assertThat(lines("fieldsOf=default/metrics/cpu").getFirst()).isEqualTo("time,load,usage");
        assertThat(lines("fieldsOf=default/metrics/cpu,core%3D1").getFirst()).isEqualTo("time,idle");
    }

    @Test
    void columnsThatWouldBeMistakenForOneAnotherOrForTheTimesAreNamedByTheirKeys() {
        long other = api.series("default/metrics/cpu,core=1#usage");
        assertThat(lines("series=" + other + "," + usage).getFirst())
                .isEqualTo("time,\"default/metrics/cpu,core=1#usage\",default/metrics/cpu#usage");
        long date = api.series("default/metrics/calendar#Date");
        assertThat(lines("series=" + date).getFirst()).isEqualTo("time,default/metrics/calendar#Date");
    }

    @Test
    void manyRowsAreReadInSeveralLooks() {
        api.jdbc()
                .sql("insert into point (series_id, time, value) select ?, ? + n * 1000000::bigint, n from generate_series(0, 50000) as n")
                .params(load, NOON).update();
        List<String> lines = lines("series=" + load);
        assertThat(lines).hasSize(50_002);
        assertThat(lines.get(1)).isEqualTo("2026-03-01T12:00:00Z,0.0");
        assertThat(lines.get(20_001)).isEqualTo("2026-03-01T12:00:20Z,20000.0");
        assertThat(lines.get(50_001)).isEqualTo("2026-03-01T12:00:50Z,50000.0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"|series: expected ids, or fieldsOf in their place but was neither",
            "series=USAGE&fieldsOf=default/metrics/cpu|series: expected ids, or fieldsOf in their place but was both",
            "series=USAGE,,LOAD|series: expected ids parted by commas but was nothing between two of them",
            "series=USAGE,USAGE|series: expected each series once but was", "series=cpu|series: expected a",
            "series=LOAD|step: expected one, because none of the series has two points but was absent",
            "series=USAGE&step=1ns|step: expected 1us to 366d but was 1ns",
            "series=USAGE&step=1us|step: expected one that gives at most 20000000 values, or a shorter time than from 2026-03-01T12:00:00Z to 2026-03-01T12:00:50Z but was 1.0E-6s",
            "series=USAGE&from=-10s&to=-20s|from: expected a time before to but was -10s",
            "fieldsOf=default/metrics/disk|fieldsOf: expected a canonical key without # and a field, of which there are series",
            "series=USAGE&width=3|width"})
    void whatCannotBeATableIsSaid(String query, String problem) {
        api.unscoredPoint(load, NOON, 1);
        HttpResponse<String> answer = table(filled(query));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(api.json(answer).path("detail").asString()).contains(filled(problem));
    }

    @Test
    void withoutAStepPointsThatAreTooNearTogetherNeedOne() {
        long dense = api.series("default/metrics/cpu#dense");
        for (int i = 0; i < 6; i++) {
            api.unscoredPoint(dense, NOON + i, i);
        }
        HttpResponse<String> answer = table("series=" + dense);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(api.json(answer).path("detail").asString())
                .isEqualTo(
                        "step: expected one from 1us to 366d, because points are usually nearer together or further apart but was absent");
    }

    @Test
    void aSeriesThatThereIsNotIsUnknown() {
        HttpResponse<String> answer = table("series=" + usage + ",4711");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(api.json(answer).path("detail").asString()).contains("4711");
    }

    private String filled(String text) {
        return text == null ? "" : text.replace("USAGE", Long.toString(usage)).replace("LOAD", Long.toString(load));
    }
}
