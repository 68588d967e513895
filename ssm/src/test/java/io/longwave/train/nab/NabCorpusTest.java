package io.longwave.train.nab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.ssm.online.OnlineModel;
import io.longwave.train.nab.NabScorer.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NabCorpusTest {
    @TempDir
    Path folder;

    @Test
    void readsTheSeriesThatArePresentAndTheirWindowsAsRows() throws IOException {
        write("labels/combined_windows.json", """
                {"real/a.csv": [["2014-04-01 00:05:00.000000", "2014-04-01 00:10:00.000000"]],
                 "real/absent.csv": [["2014-04-01 00:05:00.000000", "2014-04-01 00:10:00.000000"]]}""");
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
    void namesTheLineThatIsNoTimeAndNumber() throws IOException {
        write("labels/combined_windows.json", "{}");
        write("data/real/a.csv", "timestamp,value\n2014-04-01 00:00:00,1\nyesterday,2\n");
        assertThatThrownBy(() -> NabCorpus.read(folder)).isInstanceOf(IOException.class).hasMessageContaining("a.csv line 3")
                .hasMessageContaining("yesterday");
    }

    @Test
    void saysWhatAFolderWithoutLabelsShouldHold() {
        assertThatThrownBy(() -> NabCorpus.read(folder)).isInstanceOf(IOException.class).hasMessageContaining("combined_windows.json");
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

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
