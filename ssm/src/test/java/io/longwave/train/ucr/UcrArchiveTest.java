package io.longwave.train.ucr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.train.DataFileException;
import io.longwave.train.PublicData;
import io.longwave.train.classify.ClassWeights;
import io.longwave.train.classify.ClassificationData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UcrArchiveTest {

    private static final String HEADER = "@problemName Toy\n@univariate false\n@dimensions 2\n@equalLength false\n@classLabel true b a\n@data\n";

    @TempDir
    private Path directory;

    @Test
    void readsDimensionsOfUnequalCasesWithRemarksCarriageReturnsAndNoLastLineEnd() throws IOException {
        Path train = file("T_TRAIN.ts", "# remark\r\n\r\n@problemName T\r\n@univariate false\r\n@dimensions 2\r\n@equalLength false\r\n"
                + "@classLabel true b a\r\n@data\r\n1,2,3:4,5,6:a\r\n# between\r\n7:8:b");
        ClassificationData data = UcrArchive.read(train, null);
        assertThat(data.classes()).containsExactly("b", "a"); // as the header has them
        assertThat(data.channels()).isEqualTo(2);
        assertThat(data.train()).hasSize(2);
        assertThat(data.train().getFirst().values()).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(data.train().getFirst().label()).isEqualTo(1);
        assertThat(data.train().getLast().length()).isEqualTo(1);
        assertThat(data.sha256()).hasSize(64);
    }

    @Test
    void fillsMissingValuesByTheRule() throws IOException {
        ClassificationData data = UcrArchive.read(file("T_TRAIN.ts", "@classLabel true a\n@missing true\n@data\n?,1,?,3,NaN:a\n"), null);
        assertThat(data.train().getFirst().values()).containsExactly(1, 1, 2, 3, 3);
    }

    @Test
    void readsTheClassFirstPartedByTabsCommasOrBlanksAndCutsPaddingOff() throws IOException {
        ClassificationData tabs = UcrArchive.read(file("a_TRAIN.tsv", "2\t1.5\tNaN\t2.5\tNaN\tNaN\n-1\t1\t2\t3\t4\t5\n"),
                file("a_TEST.tsv", "10\t1\t1\n"));
        assertThat(tabs.classes()).containsExactly("-1", "2", "10"); // by number
        assertThat(tabs.train().getFirst().values()).containsExactly(1.5f, 2, 2.5f);
        assertThat(tabs.train().getLast().length()).isEqualTo(5);
        assertThat(tabs.test().getFirst().label()).isEqualTo(2);
        ClassificationData commas = UcrArchive.read(file("b_TRAIN", "1.0000000e+00,3,4\r\n 1 ,5,6\r\n"), null);
        assertThat(commas.classes()).containsExactly("1");
        ClassificationData blanks = UcrArchive.read(file("c_TRAIN.txt", "  1.0000000e+00   3.0e+00  -4.0e+00\n  2.0000000e+00   5   6\n"),
                null);
        assertThat(blanks.train().getFirst().values()).containsExactly(3, -4);
        assertThat(blanks.classes()).containsExactly("1", "2");
    }

    @Test
    void findsTheTwoFilesOfASetByFolderByNameAndByTrainingFile() throws IOException {
        file("one/X_TRAIN.ts", "");
        Path packed = directory.resolve("one/x_test.ts.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write("x".getBytes(StandardCharsets.UTF_8));
        }
        UcrArchive.Pair pair = UcrArchive.find(directory.resolve("one")).orElseThrow();
        assertThat(pair.train()).hasFileName("X_TRAIN.ts");
        assertThat(pair.test()).contains(packed);
        assertThat(UcrArchive.find(directory.resolve("one/X_TRAIN.ts")).orElseThrow().test()).isPresent();
        file("one/Y_TRAIN.tsv", "");
        assertThat(UcrArchive.find(directory.resolve("one/Y")).orElseThrow().test()).isEmpty();
        assertThatThrownBy(() -> UcrArchive.find(directory.resolve("one"))).isInstanceOf(DataFileException.class)
                .hasMessageContaining("expected one data set but found several: [X_TRAIN.ts, Y_TRAIN.tsv]");
        assertThat(UcrArchive.find(directory.resolve("one/Z"))).isEmpty();
        assertThat(UcrArchive.find(directory.resolve("nowhere/Z"))).isEmpty();
    }

    @Test
    void ofSeveralFormsOfOneSetTakesTheOneWithAHeaderForBothParts() throws IOException {
        for (String form : new String[]{"arff", "ts", "tsv", "txt"}) {
            file("many/X_TRAIN." + form, "");
            file("many/X_TEST." + form, "");
        }
        UcrArchive.Pair pair = UcrArchive.find(directory.resolve("many")).orElseThrow();
        assertThat(pair.train()).hasFileName("X_TRAIN.ts");
        assertThat(pair.test().orElseThrow()).hasFileName("X_TEST.ts");
        assertThat(UcrArchive.find(directory.resolve("many/X_TRAIN.tsv")).orElseThrow().test().orElseThrow()).hasFileName("X_TEST.tsv");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            1,2:3,4:c|line 7: expected one of the classes [b, a] in the last field but found 'c'
            1,2:3,4|line 7: expected 2 dimensions parted by ':' and a class but found 1
            1,2:3,4:5:a|line 7: expected 2 dimensions parted by ':' and a class but found 3
            1,2:3:a|line 7: dimension 2: expected 2 values as in the first dimension but found 1
            1,x:3,4:a|line 7: dimension 1, value 2: expected a number or '?' but found 'x'
            1,:3,4:a|line 7: dimension 1, value 2: expected a number or '?' but found ''
            1,Infinity:3,4:a|line 7: dimension 1, value 2: expected a number or '?' but found 'Infinity'
            1 2 3|line 7: expected values and ':' before the class but found '1 2 3'
            ~~|expected cases after @data but there are none
            """)
    void saysWhichLineOfACaseIsWrong(String line, String problem) throws IOException {
        Path file = file("bad_TRAIN.ts", HEADER + line + "\n");
        assertThatThrownBy(() -> UcrArchive.read(file, null)).isInstanceOf(DataFileException.class).hasMessageContaining("bad_TRAIN.ts")
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            @timeStamps true;@classLabel true a;@data;1:a|line 3: expected values at equal distances
            @classLabel false;@data;1:a|line 2: expected classes, '@classLabel true' and their names
            @targetLabel true;@data;1:2.5|line 2: expected classes
            @classLabel maybe;@data;1:a|line 2: header @classlabel: expected true or false but found 'maybe'
            @dimensions two;@data;1:a|line 2: header @dimensions: expected a whole number above 0 but found 'two'
            @univariate true;@dimensions 3;@data;1:a|both '@univariate true' and 3 dimensions
            @equalLength true;@seriesLength 3;@classLabel true a;@data;1,2:a|line 5: expected 3 values, as @seriesLength says, but found 2
            @classLabel true a;1,2:a|line 2: expected a header line that starts with @, or @data, but found '1,2:a'
            @classLabel true a|expected a line '@data' but the file ends without one
            """)
    void saysWhatIsWrongInAHeader(String text, String problem) throws IOException {
        Path file = file("bad_TRAIN.ts", text.replace(';', '\n') + "\n");
        assertThatThrownBy(() -> UcrArchive.read(file, null)).isInstanceOf(DataFileException.class).hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            1;2|line 1: expected a class and values, parted by tabs, commas or blanks, but found 1 field
            1,2,abc|line 1: field 3: expected a number, NaN or '?' but found 'abc'
            NaN,2,3|line 1: expected a class in the first field but found 'NaN'
            1,NaN,NaN|line 1: expected at least one value but all 2 are missing
            ~# only a remark~|expected cases, one a line, but the file holds none
            """)
    void saysWhichLineOfATableIsWrong(String line, String problem) throws IOException {
        Path file = file("bad_TRAIN.tsv", line + "\n");
        assertThatThrownBy(() -> UcrArchive.read(file, null)).isInstanceOf(DataFileException.class).hasMessageContaining(problem);
    }

    @Test
    void aFirstLineThatCountsTheColumnsIsAHeader() throws IOException {
        for (String header : List.of("0,1,2,3", "label,0,1,2", "\"class\", 0, 1, 2", ",0,1,2")) {
            ClassificationData data = UcrArchive.read(file("h_TRAIN.csv", "# remark\n" + header + "\na,5,6,7\nb,0,1,2\n"), null);
            assertThat(data.classes()).as(header).containsExactly("a", "b");
            assertThat(data.train().getFirst().values()).as(header).containsExactly(5, 6, 7);
            assertThat(data.train().getLast().values()).as(header).containsExactly(0, 1, 2);
        }
        assertThat(UcrArchive.read(file("h_TRAIN.tsv", "b\t0\t1\t2\nb\t5\t6\t7\n"), null).train()).hasSize(2);
        assertThat(UcrArchive.read(file("h_TRAIN.txt", "0 1 3\n1 5 6\n"), null).train()).hasSize(2);
        Path bare = file("bare_TRAIN.csv", "0,1,2\n");
        assertThatThrownBy(() -> UcrArchive.read(bare, null))
                .hasMessageContaining("bare_TRAIN.csv: expected cases after the header but there are none");
    }

    @Test
    void aTableWithTheClassLastIsRefused() throws IOException {
        StringBuilder last = new StringBuilder();
        StringBuilder fewCases = new StringBuilder();
        for (int i = 0; i < 42; i++) {
            last.append("0.").append(10 + i % 22).append(",0.5,").append(i % 2).append('\n');
            fewCases.append(i % 21).append(",0.5,0.6\n"); // two cases of each of many classes, as some sets have them
        }
        Path train = file("last_TRAIN.csv", last.toString());
        assertThatThrownBy(() -> UcrArchive.read(train, null)).isInstanceOf(DataFileException.class)
                .hasMessageContaining("last_TRAIN.csv: expected the class in the first column of a table")
                .hasMessageContaining("but found 22 classes in 42 cases: [0.10, 0.11, 0.12] and so on");
        assertThat(UcrArchive.read(file("few_TRAIN.csv", fewCases.toString()), null).classes()).hasSize(21);
        assertThat(UcrArchive.read(file("small_TRAIN.csv", "1,2,3\n2,3,4\n3,4,5\n"), null).classes()).hasSize(3);
    }

    @Test
    void trainingAndTestMustHaveTheSameDimensions() throws IOException {
        Path train = file("a_TRAIN.ts", HEADER + "1:2:a\n");
        Path test = file("a_TEST.tsv", "a\t1\t2\n");
        assertThatThrownBy(() -> UcrArchive.read(train, test)).hasMessageContaining("a_TEST.tsv: expected 2 dimensions as in")
                .hasMessageContaining("but found 1");
    }

    @Test
    void readsThePublicSetsAsTheyAre() {
        Path folder = PublicData.folder("ucr_ecg");
        ClassificationData ecg200 = read(folder.resolve("ECG200"));
        assertThat(ecg200.classes()).containsExactly("-1", "1");
        assertThat(ClassWeights.counts(ecg200.train(), 2)).containsExactly(31, 69);
        assertThat(ecg200.test()).hasSize(100);
        assertThat(ecg200.longest()).isEqualTo(96);
        ClassificationData twoLeads = read(folder.resolve("TwoLeadECG"));
        assertThat(ClassWeights.counts(twoLeads.train(), 2)).containsExactly(12, 11);
        assertThat(twoLeads.test()).hasSize(1139);
        ClassificationData vowels = read(PublicData.folder("japanese_vowels"));
        assertThat(vowels.channels()).isEqualTo(12);
        assertThat(vowels.train()).hasSize(270).allMatch(row -> row.length() >= 7 && row.length() <= 26);
        assertThat(vowels.test()).hasSize(370).allMatch(row -> row.length() >= 7 && row.length() <= 29);
    }

    private static ClassificationData read(Path place) {
        UcrArchive.Pair pair = UcrArchive.find(place).orElseThrow();
        return UcrArchive.read(pair.train(), pair.test().orElseThrow());
    }

    private Path file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
