package io.longwave.train.nab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.ssm.online.OnlineModel;
import io.longwave.train.DataFileException;
import io.longwave.train.PublicData;
import io.longwave.train.nab.NabScorer.Window;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NabCorpusTest {
    @TempDir
    Path folder;

    @Test
    void readsTheSeriesAndTheirWindowsAsRows() throws IOException {
        write("labels/combined_windows.json", """
                {"real/a.csv": [["2014-04-01 00:05:00.000000", "2014-04-01 00:10:00.000000"]]}""");
        write("data/real/a.csv", "timestamp,value\n2014-04-01 00:00:00,1.5\n2014-04-01 00:05:00,2\n2014-04-01 00:10:00,-3e2\n");
        write("data/real/b.csv", "timestamp,value\n2014-04-01 00:00:00,1\n");

        NabCorpus corpus = NabCorpus.read(folder);

        assertThat(corpus.series()).extracting(NabCorpus.LabelledSeries::name).containsExactly("real/a.csv", "real/b.csv");
        assertThat(corpus.series().getFirst().values()).containsExactly(1.5, 2, -300);
        assertThat(corpus.series().getFirst().timeNanos()[1]).isEqualTo(1_396_310_700_000_000_000L);
        assertThat(corpus.series().getFirst().windows()).containsExactly(new Window(1, 2));
        assertThat(corpus.series().getLast().windows()).isEmpty();
    }

    @Test
    void everyFileMayBeGzipAndTimesMayHaveAZone() throws IOException {
        packed("labels/combined_windows.json.gz", """
                {"real/a.csv": [["2014-04-01T00:05:00Z", "2014-04-01 02:05:00+02:00"]], "b.csv": []}""");
        packed("data/real/a.csv.gz", "timestamp,value\r\n2014-04-01T00:00:00Z,1\r\n2014-04-01 00:05:00,2\r\n\r\n");
        packed("data/b.csv", "\uFEFFtimestamp,value\n2014-04-01 00:00,1");
        NabCorpus corpus = NabCorpus.read(folder);
        assertThat(corpus.series()).extracting(NabCorpus.LabelledSeries::name).containsExactly("b.csv", "real/a.csv");
        assertThat(corpus.series().getLast().timeNanos()).containsExactly(1_396_310_400_000_000_000L, 1_396_310_700_000_000_000L);
        assertThat(corpus.series().getLast().windows()).containsExactly(new Window(1, 1));
        write("data/b.csv.gz", "");
        assertThatThrownBy(() -> NabCorpus.read(folder)).hasMessageEndingWith("expected one file of a name but found b.csv and b.csv.gz");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            ~~|a.csv: expected a header line but the file is empty
            timestamp,value|a.csv: expected rows after the header but there are none
            2014-04-01 00:00:00,1;2014-04-01 00:05:00,2|a.csv, line 1: expected a header such as 'timestamp,value' but found '2014-04-01 00:00:00,1'
            timestamp,value;2014-04-01 00:00:00,1;;yesterday,2|a.csv, line 4: expected 'yyyy-MM-dd HH:mm:ss,value', the value a finite number, but found 'yesterday,2'
            timestamp,value;2014-04-01 00:00:00,NaN|a.csv, line 2:
            timestamp,value;2014-04-01 00:00:00,Infinity|a.csv, line 2:
            timestamp,value;2014-04-01 00:00:00,1f|a.csv, line 2:
            timestamp,value;2014-04-01 00:00:00,|a.csv, line 2:
            timestamp,value;2014-04-01 00:00:00|a.csv, line 2:
            timestamp,value;9999-04-01 00:00:00,1|a.csv, line 2:
            """)
    void saysWhichFileAndLineIsWrong(String text, String problem) throws IOException {
        write("labels/combined_windows.json", "{}");
        write("data/real/a.csv", text.replace(';', '\n'));
        assertThatThrownBy(() -> NabCorpus.read(folder)).isInstanceOf(DataFileException.class).hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            ~~|: expected a JSON object with the windows of each file but found nothing
            [1, 2]|: expected a JSON object with the windows of each file but found array
            {;"real/a.csv": [|, line 2: is no JSON: Unexpected end-of-input: expected close marker for Array
            {"real/a.csv": null}|: windows of real/a.csv: expected a list of [first, last] but found null
            {"real/a.csv": ["2014-04-01 00:00:00"]}|but found "2014-04-01 00:00:00"; single times, as combined_labels.json has them, are no windows
            {"real/a.csv": [["2014-04-01 00:00:00"]]}|: windows of real/a.csv: expected the times
            {"real/a.csv": [{"first": "2014-04-01 00:00:00"}]}|but found {"first":"2014-04-01 00:00:00"}
            {"real/a.csv": [["2014-04-01 00:05:00", "2014-04-01 00:00:00"]]}|: windows of real/a.csv: expected the times
            {"real/a.csv": [["2013-04-01 00:00:00", "2013-04-01 00:05:00"]]}|: windows of real/a.csv: expected a row of the file in every window but there is none in
            {"a.csv": []}|there is none for [a.csv]; files without a label are [real/a.csv]
            {"1": [], "2": [], "3": [], "4": []}|there is none for [1, 2, 3] and 1 more; files without a label are [real/a.csv]
            """)
    void saysWhatIsWrongWithLabels(String labels, String problem) throws IOException {
        write("labels/combined_windows.json", labels.replace(';', '\n'));
        write("data/real/a.csv", "timestamp,value\n2014-04-01 00:00:00,1\n2014-04-01 00:05:00,1\n");
        assertThatThrownBy(() -> NabCorpus.read(folder)).isInstanceOf(DataFileException.class)
                .hasMessageContaining("combined_windows.json").hasMessageContaining(problem);
    }

    @Test
    void aPartOfACorpusMayStandWithTheLabelsOfTheWhole() throws IOException {
        write("labels/combined_windows.json", "{\"real/a.csv\": [[1396310400, 1396310700]], \"real/b.csv\": []}");
        write("data/real/a.csv", "timestamp,value\n2014-04-01 00:00:00,1\n2014-04-01 00:05:00,1\n");
        assertThat(NabCorpus.read(folder).series()).singleElement().satisfies(series -> assertThat(series.windows()).hasSize(1));
    }

    @Test
    void saysWhatAFolderShouldHold() throws IOException {
        assertThatThrownBy(() -> NabCorpus.read(folder)).isInstanceOf(DataFileException.class)
                .hasMessageEndingWith("expected data/<category>/<file>.csv and labels/combined_windows.json but there is no folder labels");
        write("labels/other.json", "{}");
        assertThatThrownBy(() -> NabCorpus.read(folder)).hasMessageEndingWith("but there is no folder data");
        write("data/a.csv", "timestamp,value\n2014-04-01 00:00:00,1\n");
        assertThatThrownBy(() -> NabCorpus.read(folder)).hasMessageEndingWith("combined_windows.json: expected a file but there is none");
    }

    @Test
    void readsThePublicCorpus() {
        NabCorpus corpus = NabCorpus.read(PublicData.folder("nab"));
        assertThat(corpus.series()).hasSize(39);
        assertThat(corpus.series().stream().mapToInt(series -> series.values().length).sum()).isEqualTo(260_415);
        assertThat(corpus.series().stream().mapToInt(series -> series.windows().size()).sum()).isEqualTo(77);
    }

    @Test
    void aRowThatDoesNotComeLaterKeepsTheScoreOfTheRowBefore() {
        int n = 200;
        long[] times = new long[n];
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            times[i] = 1_000_000_000L * i;
            values[i] = Math.sin(i);
        }
        times[150] = times[149];
        values[150] = 1e6;
        double[] scores = NabDetector.of(new OnlineModel()).scores(new NabCorpus.LabelledSeries("x", times, values, java.util.List.of()));
        assertThat(scores).hasSize(n);
        assertThat(scores[150]).isEqualTo(scores[149]);
    }

    private void packed(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
