package io.longwave.train.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.train.DataFileException;
import io.longwave.train.PublicData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledCsvTest {

    @TempDir
    private Path directory;

    @Test
    void findsTheLabelAndCutsOneFileInTwo() throws IOException {
        PointLabelledSeries series = LabelledCsv.read(
                file("a.csv",
                        "timestamp,x,Label,y\n2020-01-01 00:00,1,0,2\n2020-01-01 00:05,3,1,4\n2020-01-01 00:10,5,1,6\n2020-01-01 00:15,7,0,8\n"),
                0.5, LabelledCsv.Columns.found());
        assertThat(series.columns()).containsExactly("x", "y");
        assertThat(series.train()).isDeepEqualTo(new double[][]{{1, 2}, {3, 4}});
        assertThat(series.test()).isDeepEqualTo(new double[][]{{5, 6}, {7, 8}});
        assertThat(series.labels()).containsExactly(true, false);
        assertThat(series.interval()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void readsTrainingWithoutLabelsAndOnlyTheColumnsAskedFor() throws IOException {
        Path train = file("t_train.csv", "time,y,x\n2020-01-01,1,2\n");
        Path test = file("t_test.csv", "time,x,y,odd\n2020-01-02,3,4,1\n");
        PointLabelledSeries series = LabelledCsv.read(train, test,
                new LabelledCsv.Columns(null, ZoneOffset.UTC, true, "odd", List.of("x")));
        assertThat(series.train()).isDeepEqualTo(new double[][]{{2}});
        assertThat(series.test()).isDeepEqualTo(new double[][]{{3}});
        assertThat(series.interval()).isNull();
    }

    @Test
    void aMissingValueIsBridged() throws IOException {
        PointLabelledSeries series = LabelledCsv.read(
                file("a.csv", "time,x,label\n2020-01-01,1,0\n2020-01-02,,0\n2020-01-03,,1\n2020-01-04,7,0\n"), 0.5,
                LabelledCsv.Columns.found());
        assertThat(series.train()).isDeepEqualTo(new double[][]{{1}, {3}});
        assertThat(series.test()).isDeepEqualTo(new double[][]{{5}, {7}});
        assertThat(series.labels()).containsExactly(true, false);
    }

    @Test
    void rowsThatNobodyHasLabelledAreNormal() throws IOException {
        LabelledCsv.Columns columns = new LabelledCsv.Columns(null, ZoneOffset.UTC, false, null, List.of());
        PointLabelledSeries series = LabelledCsv.read(file("a.csv", "time,x,label\n2020-01-01,1,0\n2020-01-02,2,7\n2020-01-03,3,\n"), 0.4,
                columns);
        assertThat(series.columns()).containsExactly("x", "label");
        assertThat(series.test()).isDeepEqualTo(new double[][]{{2, 7}, {3, 7}});
        assertThat(series.labels()).containsExactly(false, false);
        PointLabelledSeries two = LabelledCsv.read(file("t_train.csv", "time,x\n2020-01-01,1\n"),
                file("t_test.csv", "time,x\n2020-01-02,3\n"),
                columns);
        assertThat(two.labels()).containsExactly(false);
    }

    @Test
    void saysWhatIsMissingOrNoLabel() throws IOException {
        Path none = file("none.csv", "time,x\n2020-01-01,1\n2020-01-02,1\n");
        assertThatThrownBy(() -> LabelledCsv.read(none, 0.5, LabelledCsv.Columns.found())).isInstanceOf(DataFileException.class)
                .hasMessageContaining("expected a numeric label column named one of [label, is_anomaly, anomaly] but found [x]");
        Path odd = file("odd.csv", "time,x,label\n2020-01-01,1,0\n\n2020-01-02,1,0.5\n");
        assertThatThrownBy(() -> LabelledCsv.read(odd, 0.5, LabelledCsv.Columns.found()))
                .hasMessageContaining("odd.csv, line 4: expected a label 0 or 1 but found 0.5");
        Path blank = file("blank.csv", "time,note,x,label\n2020-01-01,\"two\nlines\",1,0\n2020-01-02,,1,1\n2020-01-03,,1,\n");
        assertThatThrownBy(() -> LabelledCsv.read(blank, 0.5, LabelledCsv.Columns.found()))
                .hasMessageContaining("blank.csv, line 5: expected a label 0 or 1 but found none");
        Path bare = file("bare.csv", "time,label\n2020-01-01,0\n2020-01-02,1\n");
        assertThatThrownBy(() -> LabelledCsv.read(bare, 0.5, LabelledCsv.Columns.found()))
                .hasMessageContaining("expected numeric columns beside time and label");
    }

    @Test
    void readsAPublicCurve() {
        Path folder = PublicData.folder("kpi_aiops");
        List<Path> files = files(folder);
        Path test = files.stream().filter(file -> file.getFileName().toString().matches("301c70d8.*_test.csv.gz")).findFirst()
                .orElseThrow();
        Path learning = files.stream().filter(file -> file.getFileName().toString().matches("301c70d8.*_train.csv.gz")).findFirst()
                .orElseThrow();
        PointLabelledSeries curve = LabelledCsv.read(learning, test, LabelledCsv.Columns.found());
        assertThat(curve.train()).hasNumberOfRows(8784);
        assertThat(curve.segments()).hasSize(33);
        assertThat(curve.interval()).isEqualTo(Duration.ofMinutes(5));
    }

    private static List<Path> files(Path folder) {
        try (var all = Files.list(folder)) {
            return all.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
