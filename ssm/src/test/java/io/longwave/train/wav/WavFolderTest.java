package io.longwave.train.wav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.train.DataFileException;
import io.longwave.train.PublicData;
import io.longwave.train.classify.ClassWeights;
import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.ValidationCut;
import io.longwave.train.wav.WavFolder.TestRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WavFolderTest {

    @TempDir
    private Path directory;

    @Test
    void takesClassGroupAndIndexFromTheNameAndTheTestPartFromTheIndex() throws IOException {
        for (String label : new String[]{"yes", "no"}) {
            for (String speaker : new String[]{"ann", "bo_b"}) {
                for (int index : new int[]{0, 4, 5, 12}) {
                    recording("recordings/" + label + "_" + speaker + "_" + index + ".wav", 1);
                }
            }
        }
        ClassificationData data = WavFolder.read(directory, TestRule.standard());
        assertThat(data.classes()).containsExactly("no", "yes");
        assertThat(data.test()).hasSize(8);
        assertThat(data.train()).hasSize(8).extracting(LabelledSequence::group).containsOnly("ann", "bo_b");
        assertThat(WavFolder.read(directory, TestRule.standard().withIndices("12")).test()).hasSize(4);
    }

    @Test
    void aGroupLeftOutIsTheWholeTestPartAndValidationIsAnotherGroup() throws IOException {
        for (String speaker : new String[]{"ann", "bob", "cy"}) {
            recording("0_" + speaker + "_0.wav", 1);
            recording("1_" + speaker + "_1.wav", 1);
        }
        ClassificationData data = WavFolder.read(directory, TestRule.standard().withGroups(Set.of("bob")));
        assertThat(data.test()).hasSize(2).extracting(LabelledSequence::group).containsOnly("bob");
        ClassificationData cut = ValidationCut.cut(data, 0.3, 1);
        String held = cut.validation().getFirst().group();
        assertThat(held).isNotEqualTo("bob");
        assertThat(cut.validation()).hasSize(2).extracting(LabelledSequence::group).containsOnly(held);
        assertThat(cut.train()).hasSize(2).extracting(LabelledSequence::group).doesNotContain(held, "bob");
        assertThatThrownBy(() -> WavFolder.read(directory, TestRule.standard().withGroups(Set.of("dan"))))
                .hasMessageContaining("expected the test groups among [ann, bob, cy] but was [dan]");
    }

    @Test
    void takesFoldersForClassesAndPartsFromFoldersAbove() throws IOException {
        for (String part : new String[]{"Train", "test", "val"}) {
            recording(part + "/cat/a.wav", 1);
            recording(part + "/dog/b.wav", 1);
        }
        recording("Train/dog/c.WAV", 1);
        ClassificationData data = WavFolder.read(directory, TestRule.standard());
        assertThat(data.classes()).containsExactly("cat", "dog");
        assertThat(ClassWeights.counts(data.train(), 2)).containsExactly(1, 2);
        assertThat(data.validation()).hasSize(2);
        assertThat(data.test()).hasSize(2);
    }

    @Test
    void drawsTheTestPartOfEachClassWhereNothingElseTells() throws IOException {
        for (int i = 0; i < 10; i++) {
            recording("set/cat/" + i + ".wav", 1);
            recording("set/dog/" + i + ".wav", 1);
        }
        ClassificationData data = WavFolder.read(directory, TestRule.standard());
        assertThat(ClassWeights.counts(data.test(), 2)).containsExactly(2, 2);
        assertThat(ClassWeights.counts(data.train(), 2)).containsExactly(8, 8);
    }

    @Test
    void refusesMixedRatesAndChannels() throws IOException {
        recording("a_x_0.wav", 1);
        recording("b_x_7.wav", 2);
        assertThatThrownBy(() -> WavFolder.read(directory, TestRule.standard())).isInstanceOf(DataFileException.class)
                .hasMessageContaining("b_x_7.wav: expected 1 channels at 8000 Hz as in a_x_0.wav but found 2 at 8000 Hz");
    }

    @Test
    void saysWhichNameHasNoClass() throws IOException {
        recording("hello.wav", 1);
        assertThatThrownBy(() -> WavFolder.read(directory, TestRule.standard())).isInstanceOf(DataFileException.class)
                .hasMessageContaining("hello.wav: expected a name <label>_<group>_<index>.wav, or folders named for the classes");
        recording("cat/a.wav", 1);
        assertThatThrownBy(() -> WavFolder.read(directory, TestRule.standard())).hasMessageContaining("hello.wav: expected it in a folder");
    }

    @Test
    void refusesNamesThatTogetherSayThatLabelsHaveUnderscores() throws IOException {
        recording("stop_a_0.wav", 1);
        recording("turn_on_a_0.wav", 1);
        recording("turn_off_a_0.wav", 1);
        assertThatThrownBy(() -> WavFolder.read(directory, TestRule.standard())).isInstanceOf(DataFileException.class)
                .hasMessageContaining(
                        "turn_off_a_0.wav: expected a name <label>_<group>_<index>.wav but its label seems to have underscores, too; "
                                + "put recordings into folders named for the classes");
    }

    @Test
    void saysThatAPartIsEmpty() throws IOException {
        recording("a_x_0.wav", 1);
        recording("a_x_1.wav", 1);
        assertThatThrownBy(() -> WavFolder.read(directory, TestRule.standard()))
                .hasMessageContaining("expected recordings in both the training and the test part but found 0 and 2");
        assertThatThrownBy(() -> TestRule.standard().withIndices("4-0"))
                .hasMessage("test indices: expected a range such as 0-4 but was 4-0");
        assertThatThrownBy(() -> TestRule.standard().withIndices("few"))
                .hasMessage("test indices: expected a range such as 0-4 but was 'few'");
    }

    @Test
    void readsTheFreeSpokenDigitsInTheirStandardSplit() {
        ClassificationData data = WavFolder.read(PublicData.folder("fsdd"), TestRule.standard());
        assertThat(data.classes()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(data.test()).hasSize(200);
        assertThat(data.train()).hasSize(1800).extracting(LabelledSequence::group).containsOnly("george", "jackson", "nicolas", "yweweler");
        assertThat(data.longest()).isEqualTo(7999);
        assertThat(Stream.concat(data.train().stream(), data.test().stream()).mapToInt(LabelledSequence::length).min()).hasValue(1148);
    }

    private void recording(String name, int channels) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, WavFileTest.wav(1, channels, 16, new byte[8]));
    }
}
