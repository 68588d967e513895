package io.longwave.standalone.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

class GoldenCommandTest {
    private static final Path CASES = Path.of("../../ssm/src/test/resources/golden");

    @TempDir
    Path folder = Path.of("");

    private final StringWriter out = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new GoldenCommand()).setOut(new PrintWriter(out)).execute(arguments);
    }

    @Test
    void printsALinePerCaseAndBackendAndSucceedsWhenAllPass() throws IOException {
        copy("st_shift_open_1");
        copy("st_preprocess_diff_1");
        Path report = folder.resolve("out/report.txt");

        assertThat(run(folder.toString(), "--json", report.toString())).isZero();

        assertThat(out.toString()).contains("st_shift_open_1.json", "reference-float64", "simd-float32", "2 cases: 4 passed");
        assertThat(Files.readString(report)).contains("\"failed\" : false", "\"file\" : \"st_shift_open_1.json\"");
    }

    @Test
    void namesWhatIsWrongWithABadFileAndStillRunsTheOthers() throws IOException {
        copy("st_shift_open_1");
        String good = Files.readString(CASES.resolve("st_preprocess_diff_1.json"));
        Files.writeString(folder.resolve("a_truncated.json"), good.substring(0, good.length() / 2));
        Files.writeString(folder.resolve("b_wrong_size.json"), good.replaceFirst("\"shape\": ?\\[[^]]*\\]", "\"shape\": [3, 3]"));
        Files.writeString(folder.resolve("c_unknown.json"), good.replace("st_preprocess_diff_1", "nobody_knows_1"));
        Files.writeString(folder.resolve("d_no_inputs.json"), good.replace("\"inputs\"", "\"imputs\""));

        assertThat(run(folder.toString(), "--backend", "reference")).isEqualTo(1);

        assertThat(out.toString()).contains("a_truncated.json", "does not parse")
                .containsPattern("b_wrong_size.json.*expected 9 numbers for shape \\[3,3\\] but was 16")
                .containsPattern("unknown kind +c_unknown.json.*nobody_knows_1")
                .containsPattern("d_no_inputs.json.*expected key inputs.u, found \\[\\]").containsPattern("passed +st_shift_open_1.json");
    }

    @Test
    void aWrongNumberFailsWithItsErrorAndBound() throws IOException {
        String good = Files.readString(CASES.resolve("st_preprocess_diff_1.json"));
        int outputs = good.indexOf("\"outputs\"");
        Files.writeString(folder.resolve("changed.json"),
                good.substring(0, outputs) + good.substring(outputs).replaceFirst("1\\.0", "1.5"));

        assertThat(run(folder.toString())).isEqualTo(1);

        assertThat(out.toString()).containsPattern("failed +changed.json +reference-float64 +outputs 1.\\de-01 of 1e-09 \\(kernel\\)");
    }

    private void copy(String name) throws IOException {
        Files.copy(CASES.resolve(name + ".json"), folder.resolve(name + ".json"));
    }
}
