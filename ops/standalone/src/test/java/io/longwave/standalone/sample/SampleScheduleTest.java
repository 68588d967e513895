package io.longwave.standalone.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.longwave.standalone.command.CommandException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleScheduleTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 1_795_458_017L * SECOND + 123;

    @TempDir
    private Path folder = Path.of("");

    private final SampleSignal load = new LoadSignal(7);
    private final SampleSchedule schedule = new SampleSchedule(load, SampleSchedule.firstBegin(load, NOW));

    @Test
    void aFirstStartHasOneLoopBehindItAndNothingAhead() {
        long due = schedule.due(NOW);
        assertThat(due).isEqualTo(load.loopLength() + 1);
        assertThat(schedule.time(due - 1)).isLessThanOrEqualTo(NOW);
        assertThat(schedule.time(due)).isGreaterThan(NOW);
    }

    @Test
    void aRestartGoesOnAfterTheLastSampleSent() {
        assertThat(schedule.resume(1000, NOW)).isEqualTo(1000);
    }

    @Test
    void aStopLongerThanALoopLeavesAGap() {
        long later = NOW + 10L * load.loopLength() * SECOND;
        assertThat(schedule.resume(1000, later)).isEqualTo(schedule.due(later) - load.loopLength());
    }

    @Test
    void aSampleIsTheSameWhenItIsSentAgain() {
        SampleSchedule again = new SampleSchedule(new LoadSignal(7), schedule.beginNanos());
        schedule.values(0);
        assertThat(SampleFeed.lines(again, 1670, 1690)).isEqualTo(SampleFeed.lines(schedule, 1670, 1690));
    }

    @Test
    void labelsAreThoseOfWhatIsDue() {
        List<SampleSchedule.Label> labels = schedule.labels(NOW);
        assertThat(labels).extracting(label -> label.fault().kind()).containsExactly("outage", "surge", "sensor-drift");
        assertThat(labels).allSatisfy(label -> assertThat(label.firstNanos()).isBetween(schedule.beginNanos(), NOW));
        assertThat(schedule.labels(labels.get(1).firstNanos() - 1)).hasSize(1);
    }

    @Test
    void thePositionIsReadBackAsItWasStored() throws Exception {
        SamplePosition position = SamplePosition.read(folder);
        assertThat(position.begin("load")).isEmpty();
        position.store("load", 17, 4);
        position.store("ecg", 18, 5);
        SamplePosition again = SamplePosition.read(folder);
        assertThat(again.begin("load")).hasValue(17);
        assertThat(again.next("load")).isEqualTo(4);
        assertThat(again.next("ecg")).isEqualTo(5);
        assertThat(again.next("machine")).isZero();
    }

    @Test
    void aDamagedPositionIsNamed() throws Exception {
        Files.writeString(folder.resolve("sample.properties"), "load.next=many\n");
        assertThatExceptionOfType(CommandException.class).isThrownBy(() -> SamplePosition.read(folder))
                .withMessageContaining("sample.properties");
    }
}
