package io.longwave.ssm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.ssm.catalog.ModelFamilies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Published cases, changed as cases of other makers may differ from them. */
class GoldenVariationsTest {
    private static final Path CASES = Path.of("src/test/resources/golden");
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path folder = Path.of("");

    private GoldenResult run(String name, Consumer<ObjectNode> change) throws IOException {
        ObjectNode golden = (ObjectNode) JSON.readTree(CASES.resolve(name + ".json").toFile());
        change.accept(golden);
        return run(Files.writeString(folder.resolve(name + ".json"), golden.toString()));
    }

    private static GoldenResult run(Path file) {
        return new GoldenRunner(ModelFamilies.goldenChecks()).run(file, List.of(new ReferenceKernels())).getFirst();
    }

    private static ObjectNode section(ObjectNode golden, String section) {
        return (ObjectNode) golden.path(section);
    }

    @ParameterizedTest
    @CsvSource({"1,0,0", "1,0.5,0", "0,2,1", "0.5,2,0.25"})
    void partsOfALossThatCountForNothingAreComputedAllTheSame(double horizon, double open, double next) throws IOException {
        GoldenResult result = run("st_network_1", golden -> {
            ObjectNode outputs = section(golden, "outputs");
            ArrayNode weights = section(golden, "config").putArray("loss_weights");
            weights.add(horizon).add(open).add(next);
            double total = horizon * number(outputs, "loss_horizon") + open * number(outputs, "loss_lag_open")
                    + next * number(outputs, "loss_next_input");
            ((ArrayNode) outputs.path("loss_total").path("data")).removeAll().add(total);
            golden.remove("grads");
        });
        assertThat(result.status()).as(result.line()).isEqualTo(GoldenResult.Status.PASSED);
    }

    private static double number(ObjectNode tensors, String key) {
        return tensors.path(key).path("data").path(0).doubleValue();
    }

    @ParameterizedTest
    @CsvSource({"s4_legs_1,inputs,kernel_weight", "s4d_lin_zoh,inputs,kernel_weight", "dss_legs_1,inputs,kernel_weight",
            "s4d_layer_1,inputs,loss_weight", "st_shift_open_1,inputs,loss_weight", "st_companion_open_1,inputs,loss_weight",
            "st_closed_loop_1,inputs,w_zo", "longconv-vandermonde-1,,loss_weight", "longconv_1,inputs,loss_weight"})
    void withoutGradientsNothingHasToBeWeighed(String name, String section, String weight) throws IOException {
        Consumer<ObjectNode> unweighed = golden -> (section == null ? golden : section(golden, section)).remove(weight);
        GoldenResult plain = run(name, unweighed.andThen(golden -> golden.remove("grads")));
        assertThat(plain.status()).as(plain.line()).isEqualTo(GoldenResult.Status.PASSED);
        GoldenResult differentiated = run(name, unweighed);
        assertThat(differentiated.status()).isEqualTo(GoldenResult.Status.FAILED);
        assertThat(differentiated.line()).contains("expected key inputs." + weight);
    }

    @Test
    void differencesAreListedBeforeTheyAreRepeatedAndBeginAnewBehindTheFourth() throws IOException {
        GoldenResult result = run("st_preprocess_diff_1", golden -> {
            int length = 6;
            int rows = 6;
            int heads = 2;
            ObjectNode config = section(golden, "config");
            config.put("L", length).put("batch", 1).put("n_kernels", rows).put("kernel_repeat", 1).put("head_dim", heads).put("model_dim",
                    rows * heads);
            double[][] orders = {{1}, {1, -1}, {1, -2, 1}, {1, -3, 3, -1}};
            double[] u = new double[length * rows * heads];
            double[] y = new double[u.length];
            double[] kernel = new double[rows * length];
            for (int i = 0; i < u.length; i++) {
                u[i] = Math.sin(i * i);
            }
            for (int j = 0; j < rows * heads; j++) {
                double[] taps = orders[j / heads % 4];
                System.arraycopy(taps, 0, kernel, j / heads * length, taps.length);
                for (int t = 0; t < length; t++) {
                    for (int s = 0; s < taps.length && s <= t; s++) {
                        y[t * rows * heads + j] += taps[s] * u[(t - s) * rows * heads + j];
                    }
                }
            }
            put(section(golden, "inputs"), "u", u, 1, length, rows * heads);
            ObjectNode outputs = golden.putObject("outputs");
            put(outputs, "y", y, 1, length, rows * heads);
            put(outputs, "kernel", kernel, rows, length);
        });
        assertThat(result.status()).as(result.line()).isEqualTo(GoldenResult.Status.PASSED);
    }

    private static void put(ObjectNode section, String key, double[] data, int... shape) {
        ObjectNode tensor = section.putObject(key);
        tensor.putPOJO("shape", shape);
        tensor.putPOJO("data", data);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"dense_legs_1|L|config.L but was -3",
            "st_preprocess_diff_1|kernel_repeat|config.kernel_repeat but was -3",
            "st_preprocess_residual_1|head_dim|config.head_dim but was -3", "longconv-two-for-one-1|fft|config.fft but was -3",
            "hippo_N8|N|config.N but was -3"})
    void aNegativeSizeIsNamed(String name, String key, String problem) throws IOException {
        GoldenResult result = run(name, golden -> section(golden, "config").put(key, -3));
        assertThat(result.status()).isEqualTo(GoldenResult.Status.FAILED);
        assertThat(result.line()).containsPattern("expected a whole number from 0 to \\d+ at " + problem);
    }

    @ParameterizedTest
    @CsvSource({"hippo_N8,N", "longconv-two-for-one-1,fft", "st_preprocess_diff_1,n_kernels", "longconv-n8,length", "s4d_lin_zoh,L",
            "chimera-const-diag-1,variates", "scan-mamba-1,channels", "nplr_legs_N8,N"})
    void aSizeThatDoesNotFitFailsThatCaseAlone(String name, String key) throws IOException {
        for (int size : new int[]{0, 1, 7, 1_000_000_000}) {
            GoldenResult result = run(name, golden -> section(golden, "config").put(key, size));
            assertThat(result.failed()).as("%s %d: %s", key, size, result.line()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s4_legt_rank2_1", "s4d_lin_zoh"})
    void aStartingStateThatOutputsComeFromIsAskedFor(String name) throws IOException {
        assertThat(run(name, golden -> section(golden, "inputs").remove("initial_state")).line())
                .contains("expected key inputs.initial_state");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
    void aNumberThatIsNoneIsNamedWithItsPlace(String number) throws IOException {
        String text = Files.readString(CASES.resolve("longconv-n8.json"));
        int data = text.indexOf("\"data\"", text.indexOf("\"inputs\""));
        int from = text.indexOf('[', data) + 1;
        String changed = text.substring(0, from) + number + text.substring(text.indexOf(',', from));
        assertThat(run(Files.writeString(folder.resolve("longconv-n8.json"), changed)).line())
                .containsPattern("inputs\\.\\w+\\.data\\[0\\]: expected a finite number but was .*" + number);
    }

    @Test
    void aFileThatEndsTooSoonIsSaidToWithoutItsContent() throws IOException {
        String text = Files.readString(CASES.resolve("longconv-n8.json"));
        assertThat(run(Files.writeString(folder.resolve("longconv-n8.json"), text.substring(0, text.length() / 2))).line())
                .contains("does not parse at line 1, column ").doesNotContain("REDACTED", "UNKNOWN");
    }
}
