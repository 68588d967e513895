package io.longwave.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesCsvTest {

    @TempDir
    private Path directory;

    @Test
    void readsNumericColumnsAndTimesWhateverTheFileIsCalled() throws IOException {
        SeriesTable table = SeriesCsv.read(file("notes.txt", "date,load,OT\n2020-01-01 00:00:00,1,-9999\n2020-01-01 01:00:00,2.5,3e2\n"),
                SeriesCsv.Selection.all());
        assertThat(table.columns()).containsExactly("load", "OT");
        assertThat(table.values()).isDeepEqualTo(new double[][]{{1, 2.5}, {-9999, 300}});
        assertThat(table.timesNanos()).containsExactly(1_577_836_800_000_000_000L, 1_577_840_400_000_000_000L);
        assertThat(table.cadence()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void readsGzipByItsContentAndGivesTheFingerprintOfTheUnpackedBytes() throws IOException {
        String text = "time,x\n2020-01-01,1\n2020-01-02,2\n";
        Path packed = directory.resolve("packed.csv");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        SeriesTable table = SeriesCsv.read(packed, SeriesCsv.Selection.of("x"));
        assertThat(table.values()[0]).containsExactly(1, 2);
        assertThat(table.sha256()).isEqualTo(SeriesCsv.read(file("plain.csv", text), SeriesCsv.Selection.of("x")).sha256()).hasSize(64);
    }

    @Test
    void takesCarriageReturnsQuotedFieldsByteOrderMarksAndDamagedHeaders() throws IOException {
        SeriesTable table = SeriesCsv.read(
                file("odd.csv", "\uFEFF\"date\",\"W/m\uFFFD, mean\",text\r\n2020/1/1 0:00,\"1.5\",a\r\n2020/1/2 0:00,\"2.5\",b\r\n"),
                SeriesCsv.Selection.all());
        assertThat(table.columns()).containsExactly("W/m\uFFFD, mean");
        assertThat(table.values()[0]).containsExactly(1.5, 2.5);
        Path file = file("marked.csv", "\uFEFF\"a, b\",\"when\"\r\n7,2020/1/1\r\n8,2020/1/2\r\n");
        assertThat(SeriesCsv.read(file, new SeriesCsv.Selection("when", ZoneOffset.UTC, List.of("a, b"))).values()[0]).containsExactly(7,
                8);
    }

    @Test
    void findsTheTimeColumnByItsContentWhenItsNameSaysNothing() throws IOException {
        SeriesTable table = SeriesCsv.read(
                file("when.csv", "machine,x,when\nm1,4,2020-03-01T10:00:00+02:00\nm1,5,2020-03-01T10:05:00+02:00\n"),
                SeriesCsv.Selection.of("x"));
        assertThat(Instant.EPOCH.plusNanos(table.timesNanos()[0])).isEqualTo("2020-03-01T08:00:00Z");
        assertThat(table.cadence()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void takesTheTimeColumnAndTheZoneItIsTold() throws IOException {
        Path file = file("zones.csv", "date,local,x\n2020-01-01,2020-07-01 12:00,1\n");
        SeriesTable table = SeriesCsv.read(file, new SeriesCsv.Selection("local", ZoneId.of("Europe/Berlin"), List.of("x")));
        assertThat(Instant.EPOCH.plusNanos(table.timesNanos()[0])).isEqualTo("2020-07-01T10:00:00Z");
    }

    @ParameterizedTest
    @CsvSource({"1500000000,2017-07-14T02:40:00Z", "1500000000123,2017-07-14T02:40:00.123Z", "1500000000123456,2017-07-14T02:40:00.123456Z",
            "1500000000123456789,2017-07-14T02:40:00.123456789Z", "2020-01-01T00:00:00Z,2020-01-01T00:00:00Z",
            "2020-01-01 06:30,2020-01-01T06:30:00Z", "2020-01-01 06:30:15.25,2020-01-01T06:30:15.250Z", "20200101,2020-01-01T00:00:00Z"})
    void readsTimesInTheFormsFilesUse(String cell, Instant expected) throws IOException {
        SeriesTable table = SeriesCsv.read(file("t.csv", "timestamp,value\n" + cell + ",1\n"), SeriesCsv.Selection.of("value"));
        assertThat(Instant.EPOCH.plusNanos(table.timesNanos()[0])).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            date,x|2020-01-01,1|expected a column 'OT' but found [date, x]
            date,OT|2020-01-01,abc|line 2: column 'OT': expected a finite number but found 'abc'
            date,OT|2020-01-01,NaN|column 'OT': expected numbers but every cell is empty
            date,OT|2020-01-01,|column 'OT': expected numbers but every cell is empty
            date,OT|2020-01-01,-|line 2: column 'OT': expected a finite number but found '-'
            date,OT|2020-01-01,Infinity|line 2: column 'OT': expected a finite number but found 'Infinity'
            date,OT|2020-01-01,1e999|line 2: column 'OT': expected a finite number but found '1e999'
            date,OT|2020-01-01,1f|line 2: column 'OT': expected a finite number but found '1f'
            date,OT|someday,1|line 2: column 'date': expected a time but found 'someday'
            date,OT|2020-01-01,1,2|line 2: expected 2 fields but found 3
            a,OT|1,2|expected a time column named one of [date, timestamp, time] or one that holds dates but found [a, OT]
            date,OT,OT|2020-01-01,1,2|expected one column 'OT' but found several
            """)
    void saysWhereAndWhatItExpectedAndFound(String header, String row, String problem) throws IOException {
        Path file = file("bad.csv", header + "\n" + row + "\n");
        assertThatThrownBy(() -> SeriesCsv.read(file, SeriesCsv.Selection.of("OT"))).isInstanceOf(DataFileException.class)
                .hasMessageContaining("bad.csv").hasMessageContaining(problem);
    }

    @Test
    void emptyCellsAreMissingValuesAndTextBehindThemMakesNoColumnOfNumbers() throws IOException {
        String text = """
                date,note,x,nothing,y
                2020-01-01,,,,NA
                2020-01-02,,1,,nan
                2020-01-03,calm,,, 4
                2020-01-04,7,3,,null
                """;
        SeriesTable table = SeriesCsv.read(file("gaps.csv", text), SeriesCsv.Selection.all());
        assertThat(table.columns()).containsExactly("x", "y");
        assertThat(table.values()[0]).containsExactly(Double.NaN, 1, Double.NaN, 3);
        assertThat(table.values()[1]).containsExactly(Double.NaN, Double.NaN, 4, Double.NaN);
        assertThat(table.missing()).isEqualTo(5);
        SeriesTable filled = table.filled();
        assertThat(filled.values()[0]).containsExactly(1, 1, 2, 3);
        assertThat(filled.values()[1]).containsExactly(4, 4, 4, 4);
        assertThat(filled.missing()).isZero();
        assertThat(filled.sha256()).isEqualTo(table.sha256());
        assertThatThrownBy(() -> SeriesCsv.read(file("gaps.csv", text), SeriesCsv.Selection.of("note")))
                .hasMessageContaining("line 4: column 'note': expected a finite number but found 'calm'");
        assertThatThrownBy(() -> SeriesCsv.read(file("none.csv", "date,a,b\n2020-01-01,,\n2020-01-02,,word\n"), SeriesCsv.Selection.all()))
                .hasMessageContaining("none.csv: expected at least one column of numbers but found none in [date, a, b]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "2020-01-03,2020-01-02,2020-01-01|line 3: expected times in ascending order but found '2020-01-02' behind 2020-01-03T00:00:00Z",
            "2020-01-01,2099-01-01,2020-01-02|line 4: expected times in ascending order but found '2020-01-02' behind 2099-01-01T00:00:00Z",
            "2020-01-01,2020-01-02,2020-01-03,2020-01-01,2020-01-02|line 5: expected times in ascending order",
            "2020-01-01,2020-01-01,2020-01-01,2020-01-02,2020-01-02,2020-01-02|expected one row for a time but 4 of 6 rows have the time of the row before",
            "2020-01-01,2020-01-01,2020-01-02,2020-01-02|expected one row for a time but 2 of 4 rows have the time of the row before",
            "2020-01-01 00:00,2020-01-01 00:10,2020-01-01 00:00,2020-01-01 00:10,2020-01-01 00:00,2020-01-01 00:10|expected times in ascending order, but 2 rows go back"})
    void refusesRowsOfAnotherOrderAndSeveralSeriesInOne(String times, String problem) throws IOException {
        String text = "date,id,x\n" + times.replace(",", ",1,1\n") + ",1,1\n";
        assertThatThrownBy(() -> SeriesCsv.read(file("order.csv", text), SeriesCsv.Selection.of("x"))).isInstanceOf(DataFileException.class)
                .hasMessageContaining("order.csv").hasMessageContaining(problem);
    }

    @Test
    void theHourThatSummerTimeDoublesIsReadAsItIsAndSoAreTimesOfMicroseconds() throws IOException {
        String text = "date,x\n2020-10-25 01:00,1\n2020-10-25 02:00,2\n2020-10-25 02:30,2\n2020-10-25 02:00,3\n2020-10-25 03:00,4\n";
        assertThat(SeriesCsv.read(file("t.csv", text), SeriesCsv.Selection.of("x")).values()[0]).containsExactly(1, 2, 2, 3, 4);
        SeriesTable fast = SeriesCsv.read(file("f.csv", "time,x\n1577836800.000100,1\n1577836800.000200,2\n1577836800.000300,3\n"),
                SeriesCsv.Selection.of("x"));
        assertThat(fast.cadence()).isEqualTo(Duration.ofNanos(100_000));
    }

    @Test
    void aNumberAndThenTextIsAMistake() throws IOException {
        assertThatThrownBy(() -> SeriesCsv.read(file("t.csv", "date,x\n2020-01-01,1\n2020-01-02,word\n"), SeriesCsv.Selection.all()))
                .hasMessageContaining("line 3: column 'x': expected a finite number but found 'word'");
    }

    @Test
    void refusesAFileWithoutRowsAndAFileThatIsNotThere() throws IOException {
        assertThatThrownBy(() -> SeriesCsv.read(file("empty.csv", ""), SeriesCsv.Selection.all()))
                .hasMessageContaining("the file is empty");
        assertThatThrownBy(() -> SeriesCsv.read(file("head.csv", "date,x\n"), SeriesCsv.Selection.all()))
                .hasMessageContaining("expected rows after the header");
        assertThatThrownBy(() -> SeriesCsv.read(directory.resolve("none.csv"), SeriesCsv.Selection.all()))
                .hasMessageContaining("expected a CSV file but there is none");
    }

    @Test
    void readsTheWeatherSetAsItIs() {
        SeriesTable table = SeriesCsv.read(PublicData.file("weather/weather.csv.gz"), SeriesCsv.Selection.all());
        assertThat(table.rows()).isEqualTo(52_696);
        assertThat(table.columns()).hasSize(21).contains("SWDR (W/m\uFFFD)");
        assertThat(table.cadence()).isEqualTo(Duration.ofMinutes(10));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
