package io.longwave.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;

/** What recordings must do on every device. */
public final class RecordingExercise {
    private static final int FLOATS = 2000;
    private static final long BYTES = FLOATS * (long) Float.BYTES;
    private static final LaunchShape SHAPE = LaunchShape.of(4, 128);

    private final CudaDevice device;

    public RecordingExercise(CudaDevice device) {
        this.device = device;
    }

    public void all() {
        aReplayDoesWhatWasRecordedOnTheNumbersOfNow();
        memoryGivenBackStaysWithTheRecording();
        workOfOtherThreadsIsNoPartOfIt();
        whatCannotBeRecordedIsRefusedAndSpoilsNothing();
    }

    private DeviceMemory filled(float value) {
        DeviceMemory memory = device.allocate(BYTES);
        fill(memory, value);
        return memory;
    }

    private void fill(DeviceMemory memory, float value) {
        device.launch("fill", SHAPE, memory, value, (long) FLOATS);
    }

    private void add(DeviceMemory from, DeviceMemory to) {
        device.launch("add_to", SHAPE, from, to, (long) FLOATS);
    }

    private void requireAll(DeviceMemory memory, float value) {
        float[] numbers = new float[FLOATS];
        device.download(memory, numbers);
        assertThat(numbers).containsOnly(value);
    }

    public void aReplayDoesWhatWasRecordedOnTheNumbersOfNow() {
        DeviceMemory x = filled(1);
        DeviceMemory sum = filled(10);
        DeviceMemory copy = filled(0);
        DeviceMemory cleared = filled(5);
        try (Recording recording = device.record(() -> {
            add(x, sum);
            device.copy(sum, copy, BYTES);
            device.clear(cleared);
        })) {
            requireAll(sum, 10); // nothing has run yet
            recording.replay();
            recording.replay();
            requireAll(copy, 12);
            requireAll(cleared, 0);
            fill(x, 100);
            recording.replay();
            requireAll(copy, 112);
        }
    }

    public void memoryGivenBackStaysWithTheRecording() {
        DeviceMemory out = filled(0);
        DeviceMemory before = device.allocate(BYTES);
        Recording recording = device.record(() -> {
            fill(before, 3);
            try (DeviceMemory scratch = device.allocate(BYTES)) {
                fill(scratch, 7);
                add(before, scratch);
                device.copy(scratch, out, BYTES);
            }
        });
        before.close();
        List<DeviceMemory> others = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            others.add(filled(i));
        }
        recording.replay();
        requireAll(out, 10);
        for (int i = 0; i < others.size(); i++) {
            requireAll(others.get(i), i);
        }
        recording.close();
        recording.close();
        assertThatThrownBy(recording::replay).isInstanceOf(IllegalStateException.class).hasMessage("this recording was closed");
        requireAll(filled(4), 4);
    }

    public void workOfOtherThreadsIsNoPartOfIt() {
        DeviceMemory mine = filled(0);
        DeviceMemory theirs = filled(0);
        DeviceMemory one = filled(1);
        try (Recording recording = device.record(() -> {
            add(one, mine);
            Thread other = Thread.ofVirtual().start(() -> add(one, theirs));
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            add(one, mine);
        })) {
            requireAll(theirs, 1);
            requireAll(mine, 0);
            recording.replay();
            requireAll(theirs, 1);
            requireAll(mine, 2);
        }
    }

    public void whatCannotBeRecordedIsRefusedAndSpoilsNothing() {
        DeviceMemory x = filled(1);
        for (Runnable call : List.<Runnable>of(() -> device.upload(new float[FLOATS], x), () -> device.upload(new int[FLOATS], x),
                () -> device.download(x, new float[FLOATS]), device::synchronize)) {
            assertThatThrownBy(() -> device.record(call)).isInstanceOf(CudaException.class)
                    .hasMessageStartingWith("recording: expected launches, clears and copies within the device but was a");
        }
        assertThatThrownBy(() -> device.record(() -> device.record(() -> {}))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> device.record(() -> device.launch("no_such_kernel", SHAPE, x))).isInstanceOf(CudaException.class);
        try (Recording recording = device.record(() -> fill(x, 2))) {
            requireAll(x, 1);
            recording.replay();
            requireAll(x, 2);
        }
    }
}
