package io.longwave.train.smd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.train.DataFileException;
import io.longwave.train.PublicData;
import io.longwave.train.anomaly.PointLabelledSeries;
import io.longwave.train.anomaly.Segment;
import io.longwave.train.smd.MachineFolder.Interpretation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineFolderTest {

    @TempDir
    private Path directory;

    @Test
    void putsFilesOfOneMachineTogetherWhateverTheirEndings() throws IOException {
        packed("train/m-2.csv.gz", "1,2\r\n3,4\r\n");
        file("test/m-2.txt", "5,6\n7,8\n9,1e1");
        file("test_label/m-2.txt", "0\n1\n0\n");
        file("train/m-10.txt", "1;2\n");
        file("test/m-10.txt", "3;4\n");
        file("test_label/m-10.csv", "1.0\n");
        assertThat(MachineFolder.looksLikeOne(directory)).isTrue();
        MachineFolder machines = MachineFolder.open(directory);
        assertThat(machines.names()).containsExactly("m-2", "m-10");
        PointLabelledSeries machine = machines.read("m-2");
        assertThat(machine.columns()).containsExactly("1", "2");
        assertThat(machine.train()).isDeepEqualTo(new double[][]{{1, 2}, {3, 4}});
        assertThat(machine.test()).isDeepEqualTo(new double[][]{{5, 6}, {7, 8}, {9, 10}});
        assertThat(machine.labels()).containsExactly(false, true, false);
        assertThat(machines.read("m-10").segments()).containsExactly(new Segment(0, 1));
        assertThat(machines.interpretations(machine)).isEmpty();
    }

    @Test
    void takesARowOfNamesAndRowsPartedByBlanks() throws IOException {
        file("train/a.txt", "# remark\ncpu mem\n 1  2\n");
        file("test/a.txt", "cpu mem\n3 4\n");
        file("test_label/a.txt", "label\n0\n");
        PointLabelledSeries machine = MachineFolder.open(directory).read("a");
        assertThat(machine.columns()).containsExactly("cpu", "mem");
        assertThat(machine.train()).isDeepEqualTo(new double[][]{{1, 2}});
    }

    @Test
    void aFirstRowThatCountsTheColumnsNamesThemAndTheFirstOfOneLabelMoreToo() throws IOException {
        machine("0,1,2\n4,5,6\n", "0,1,2\n4,5,6\n7,8,9\n", "0\n1\n0\n");
        PointLabelledSeries machine = MachineFolder.open(directory).read("a");
        assertThat(machine.columns()).containsExactly("0", "1", "2");
        assertThat(machine.train()).isDeepEqualTo(new double[][]{{4, 5, 6}});
        assertThat(machine.test()).hasNumberOfRows(2);
        assertThat(machine.labels()).containsExactly(true, false);
        machine("0\n1\n", "0\n1\n", "0\n1\n");
        assertThat(MachineFolder.open(directory).read("a").test()).as("one column").hasNumberOfRows(2);
        machine("0,1,3\n", "1,2,3\n", "0\n1\n");
        assertThat(MachineFolder.open(directory).read("a").labels()).containsExactly(true);
        assertThat(MachineFolder.open(directory).read("a").train()).as("no count").hasNumberOfRows(1);
        machine("0,1,3\n", "1,2,3\n", "1\n1\n");
        assertThatThrownBy(() -> MachineFolder.open(directory).read("a")).as("a label can be no name")
                .hasMessageContaining("test_label/a.txt: expected 1 labels");
    }

    @Test
    void tellsByTheLabelsWhetherTheEndOfASpanBelongsToIt() throws IOException {
        machine("1,1\n", "1,1\n2,2\n3,3\n4,4\n", "0\n1\n1\n0\n");
        file("interpretation_label/a.txt", "1-3:1,2\n");
        List<Interpretation> expected = List.of(new Interpretation(new Segment(1, 3), List.of(0, 1)));
        assertThat(interpretations()).isEqualTo(expected);
        file("interpretation_label/a.txt", "1-2:1,2\n");
        assertThat(interpretations()).isEqualTo(expected);
        file("interpretation_label/a.txt", "1-2:1,3\n");
        assertThatThrownBy(this::interpretations)
                .hasMessageContaining("line 1: expected rows below 4 and columns 1 to 2 but found '1-2:1,3'");
        file("interpretation_label/a.txt", "1 to 2\n");
        assertThatThrownBy(this::interpretations)
                .hasMessageContaining("line 1: expected first-last:columns such as 246-252:1,2,9 but found '1 to 2'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            1,2|1,2;3,4|0|test_label/a.txt: expected 2 labels, one for each row of|but found 1
            1,2|1,2,3|0|test/a.txt: expected 2 columns as in|but found 3
            1,2;3|1,2|0|train/a.txt, line 2: expected 2 values but found 1|
            1,x|1,2|0|train/a.txt, line 1: column 2: expected a finite number but found 'x'|
            1,2;1,NaN|1,2|0|train/a.txt, line 2: column 2: expected a finite number but found 'NaN'|
            1,2|1,2|2|test_label/a.txt, line 1: expected a label 0 or 1 but found 2.0|
            1,2|1,2|1,0|test_label/a.txt: expected one label a line but found 2 columns|
            ~~|1,2|0|train/a.txt: expected rows of numbers but found none|
            """)
    void saysWhichFileAndLineIsWrong(String train, String test, String labels, String problem, String more) throws IOException {
        machine(train.replace(';', '\n'), test.replace(';', '\n'), labels);
        assertThatThrownBy(() -> MachineFolder.open(directory).read("a")).isInstanceOf(DataFileException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining(more == null ? "" : more);
    }

    @Test
    void saysWhichFolderOrFileIsMissing() throws IOException {
        assertThatThrownBy(() -> MachineFolder.open(directory))
                .hasMessageContaining("expected folders train, test and test_label but there is no train");
        machine("1\n", "1\n", "0\n");
        file("train/b.txt", "1\n");
        assertThatThrownBy(() -> MachineFolder.open(directory))
                .hasMessageContaining("expected files of machine b in test and test_label too but found [a]");
        Files.delete(directory.resolve("train/b.txt"));
        assertThatThrownBy(() -> MachineFolder.open(directory).read("c")).hasMessage("expected one of the machines [a] but was 'c'");
        file("train/a.csv", "1\n");
        assertThatThrownBy(() -> MachineFolder.open(directory))
                .hasMessageContaining("expected one file a machine but found a.csv and a.txt");
    }

    @ParameterizedTest
    @CsvSource({"smd,machine-1-6,23688,23689,38,3708,30", "smd,machine-2-8,23702,23703,38,161,1", "asd,omi-11,8640,4320,19,250,9",
            "asd,omi-12,7291,4320,19,132,5"})
    void readsThePublicMachines(String set, String name, int train, int test, int columns, int anomalous, int segments) {
        MachineFolder machines = MachineFolder.open(PublicData.folder(set));
        PointLabelledSeries machine = machines.read(name);
        assertThat(machine.train()).hasNumberOfRows(train);
        assertThat(machine.test()).hasNumberOfRows(test);
        assertThat(machine.variates()).isEqualTo(columns);
        assertThat(machine.segments()).hasSize(segments);
        assertThat(machine.segments().stream().mapToInt(Segment::length).sum()).isEqualTo(anomalous);
        boolean[] covered = new boolean[test];
        for (Interpretation one : machines.interpretations(machine).orElseThrow()) {
            Arrays.fill(covered, one.rows().first(), one.rows().end(), true);
        }
        assertThat(covered).isEqualTo(machine.labels());
    }

    private List<Interpretation> interpretations() {
        MachineFolder machines = MachineFolder.open(directory);
        return machines.interpretations(machines.read("a")).orElseThrow();
    }

    private void machine(String train, String test, String labels) throws IOException {
        file("train/a.txt", train);
        file("test/a.txt", test);
        file("test_label/a.txt", labels);
    }

    private void file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void packed(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
