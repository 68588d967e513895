package io.longwave.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.longwave.backend.Availability.Available;
import io.longwave.backend.Availability.Unavailable;
import io.longwave.kernel.reference.ReferenceKernels;

class BackendChoiceTest {
    private static final Availability NO_GPU = new Unavailable("cuda", "libcuda.so.1 was not found");
    private static final Availability LOOPS = new Available(new Backend("reference", "loops", new ReferenceKernels()));

    @Test
    void autoTakesTheFirstThatIsThereAndSaysWhyNotTheOthers() {
        BackendChoice choice = BackendChoice.choose("auto", List.of(NO_GPU, LOOPS));
        assertThat(choice.backend().name()).isEqualTo("reference");
        assertThat(choice.explanation()).isEqualTo("backend reference: loops; not used: cuda (libcuda.so.1 was not found)");
    }

    @Test
    void aBackendAskedForByNameAndAbsentFailsWithItsReason() {
        assertThatThrownBy(() -> BackendChoice.choose("cuda", List.of(NO_GPU, LOOPS))).isInstanceOf(BackendUnavailableException.class)
                .hasMessage("backend preference cuda cannot be met: cuda (libcuda.so.1 was not found)");
    }

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> BackendChoice.choose("gpu", List.of(NO_GPU, LOOPS))).isInstanceOf(BackendUnavailableException.class)
                .hasMessage("longwave.backend.preference: expected auto or one of [cuda, reference] but was gpu");
    }

    @Test
    void theProbeNamesEveryBackendAndTheProcessorsIsThere() {
        assertThat(Backends.probe()).extracting(Availability::name).containsExactly("cuda", "cpu", "reference");
        assertThat(Backends.choose("cpu").backend().name()).isEqualTo("cpu");
    }
}
