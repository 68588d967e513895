package io.longwave.train.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.train.DataFileException;
import io.longwave.train.classify.ClassificationData;
import io.longwave.train.layout.ClassificationSource.Layout;
import io.longwave.train.layout.ClassificationSource.Options;
import io.longwave.train.wav.WavFolder;
import io.longwave.train.wfdb.BeatOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTest {

    @TempDir
    private Path directory;

    @Test
    void tellsTheLayoutByWhatIsThere() throws IOException {
        file("archive/X_TRAIN.tsv", "1\t2\n");
        file("digits/recordings/0_a_0.wav", "");
        file("hearts/100.hea", "");
        assertThat(ClassificationSource.layout(directory.resolve("archive"))).isEqualTo(Layout.ARCHIVE);
        assertThat(ClassificationSource.layout(directory.resolve("archive/X"))).isEqualTo(Layout.ARCHIVE);
        assertThat(ClassificationSource.layout(directory.resolve("archive/X_TRAIN.tsv"))).isEqualTo(Layout.ARCHIVE);
        assertThat(ClassificationSource.layout(directory.resolve("digits"))).isEqualTo(Layout.WAV);
        assertThat(ClassificationSource.layout(directory.resolve("hearts"))).isEqualTo(Layout.WFDB);
        assertThatThrownBy(() -> ClassificationSource.layout(directory.resolve("archive/Y"))).isInstanceOf(DataFileException.class)
                .hasMessageContaining("there is no such file or folder; expected NAME_TRAIN and NAME_TEST files");
        Files.createDirectory(directory.resolve("empty"));
        assertThatThrownBy(() -> ClassificationSource.layout(directory.resolve("empty")))
                .hasMessageContaining("empty: expected NAME_TRAIN");
    }

    @Test
    void dividesIntoThreePartsOrIntoFolds() throws IOException {
        file("X_TRAIN.tsv", "1\t1\n".repeat(10) + "2\t1\n".repeat(10));
        ClassificationData crossed = ClassificationSource.read(directory, folds(5, 2));
        assertThat(crossed.test()).hasSize(4);
        assertThat(crossed.train().size() + crossed.validation().size()).isEqualTo(16);
        assertThatThrownBy(() -> ClassificationSource.read(directory, Options.standard()))
                .hasMessageContaining("X_TRAIN.tsv: expected a test file");
        Path other = file("other.txt", "2 5\n");
        Options standard = Options.standard();
        ClassificationData named = ClassificationSource.read(directory,
                new Options(other, 0.2, 0, 0, 0, standard.wavTest(), null, null, standard.beats()));
        assertThat(named.test()).hasSize(1);
        assertThat(named.validation()).hasSize(4);
        file("X_TEST.tsv", "1\t1\n");
        assertThat(ClassificationSource.read(directory, Options.standard()).test()).hasSize(1);
    }

    @Test
    void opensMachinesAndCurvesOneByOne() throws IOException {
        for (String part : new String[]{"train", "test", "test_label"}) {
            file("machines/" + part + "/b.txt", "1\n");
            file("machines/" + part + "/a.txt", "0\n");
        }
        AnomalySource machines = AnomalySource.open(directory.resolve("machines"), AnomalySource.Options.standard());
        assertThat(machines.names()).containsExactly("a", "b");
        assertThat(machines.read("b").labels()).containsExactly(true);
        assertThatThrownBy(() -> machines.read("c")).hasMessage("expected one of [a, b] but was 'c'");

        String rows = "time,x,label\n2020-01-01,1,0\n2020-01-02,2,1\n";
        file("curve/k_train.csv", rows);
        AnomalySource halves = AnomalySource.open(directory.resolve("curve"), AnomalySource.Options.standard());
        assertThat(halves.read(halves.names().getFirst()).test()).hasNumberOfRows(1);
        file("curve/k_test.csv", rows);
        AnomalySource pair = AnomalySource.open(directory.resolve("curve"), AnomalySource.Options.standard());
        assertThat(pair.read(pair.names().getFirst()).test()).hasNumberOfRows(2);
        file("curve/j_train.csv", rows);
        assertThat(AnomalySource.open(directory.resolve("curve"), AnomalySource.Options.standard()).names()).containsExactly("j_train",
                "k_train");
        assertThatThrownBy(() -> AnomalySource.open(directory.resolve("none/x"), AnomalySource.Options.standard()))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("expected folders train, test and test_label, or CSV files");
    }

    private static Options folds(int folds, int fold) {
        return new Options(null, 0.2, 0, folds, fold, WavFolder.TestRule.standard(), null, null, BeatOptions.plain());
    }

    private Path file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
