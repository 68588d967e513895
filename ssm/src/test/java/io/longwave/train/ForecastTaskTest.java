package io.longwave.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.longwave.train.ForecastTask.Part;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ForecastTaskTest {

    private static final long HOUR = 3_600_000_000_000L;

    @Test
    void windowsBelongToThePartThatAllTheirPredictedRowsBelongTo() {
        SeriesTable table = ramp(100);
        ForecastTask task = new ForecastTask(table, new Split(60, 20, 15), 5, 3);
        assertThat(task.windows(Part.TRAIN).count()).isEqualTo(60 - 5 - 3 + 1);
        assertThat(task.windows(Part.VALIDATION).count()).isEqualTo(20 - 3 + 1);
        assertThat(task.windows(Part.TEST).count()).isEqualTo(15 - 3 + 1);
        assertThat(rowsPredicted(task, Part.VALIDATION, 0)).containsExactly(60, 61, 62);
        assertThat(rowsPredicted(task, Part.VALIDATION, 17)).containsExactly(77, 78, 79);
        assertThat(rowsPredicted(task, Part.TEST, 0)).containsExactly(80, 81, 82);
        assertThat(rowsPredicted(task, Part.TEST, 12)).containsExactly(92, 93, 94);
    }

    @Test
    void aWindowIsTheLagFollowedByTheHorizon() {
        ForecastTask task = new ForecastTask(ramp(100), new Split(60, 20, 15), 5, 3);
        Windows windows = task.windows(Part.TEST);
        float[] whole = new float[8];
        float[] lag = new float[5];
        float[] horizon = new float[3];
        windows.copyWindow(4, whole, 0);
        windows.copyLag(4, lag, 0);
        windows.copyHorizon(4, horizon, 0);
        assertThat(whole).startsWith(lag).endsWith(horizon);
    }

    @Test
    void theScalerSeesTrainingRowsOnlyAndDividesByTheirNumber() {
        Scaler scaler = new ForecastTask(ramp(100), new Split(4, 50, 40), 2, 2).scaler();
        assertThat(scaler.mean()).containsExactly(1.5);
        assertThat(scaler.std().getFirst()).isEqualTo(Math.sqrt(1.25), within(1e-15));
    }

    @Test
    void aConstantColumnStaysFinite() {
        SeriesTable flat = new SeriesTable(List.of("x"), List.of("x"), LongStream.range(0, 40).map(i -> i * HOUR).toArray(),
                new double[][]{new double[40]}, "");
        assertThat(new ForecastTask(flat, new Split(20, 10, 10), 4, 2).scaler().std()).containsExactly(1.0);
    }

    @Test
    void refusesASplitThatTheFileCannotFillOrAPartShorterThanOneWindow() {
        assertThatThrownBy(() -> new ForecastTask(ramp(100), new Split(60, 30, 30), 5, 3))
                .hasMessage("the split needs 120 rows but the file has 100");
        assertThatThrownBy(() -> new ForecastTask(ramp(100), new Split(60, 20, 15), 50, 30))
                .hasMessage("training has 60 rows but one window needs 80");
        assertThatThrownBy(() -> new ForecastTask(ramp(100), new Split(60, 20, 15), 5, 16))
                .hasMessage("test has 15 rows but one window needs 16");
    }

    @Test
    void theSplitFollowsColumnsAndCadence() {
        List<String> ett = List.of("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT");
        assertThat(Split.conventional(table(ett, 17_420, HOUR))).isEqualTo(new Split(8640, 2880, 2880));
        assertThat(Split.conventional(table(ett, 69_680, HOUR / 4))).isEqualTo(new Split(34_560, 11_520, 11_520));
        assertThat(Split.conventional(table(ett, 69_680, HOUR / 2))).isEqualTo(new Split(48_776, 6968, 13_936));
        assertThat(Split.conventional(table(List.of("OT"), 52_696, HOUR / 6))).isEqualTo(new Split(36_887, 5270, 10_539));
        assertThat(Split.conventional(table(ett, 1000, HOUR))).isEqualTo(new Split(700, 100, 200));
    }

    @Test
    void readsASplitFromTextOrSaysWhatItExpected() {
        assertThat(Split.parse("8640, 2880,2880")).isEqualTo(new Split(8640, 2880, 2880));
        assertThatThrownBy(() -> Split.parse("8640,2880")).hasMessageContaining("expected three").hasMessageContaining("8640,2880");
        assertThatThrownBy(() -> Split.parse("a,b,c")).hasMessageContaining("whole numbers").hasMessageContaining("a,b,c");
    }

    @Test
    void theSeasonFollowsTheCadence() {
        assertThat(new ForecastTask(table(List.of("x"), 2000, HOUR), new Split(1000, 500, 500), 336, 24).seasonalPeriod()).isEqualTo(24);
        assertThat(new ForecastTask(table(List.of("x"), 2000, HOUR / 4), new Split(1000, 500, 500), 336, 24).seasonalPeriod())
                .isEqualTo(96);
        assertThat(new ForecastTask(table(List.of("x"), 2000, HOUR / 6), new Split(1000, 500, 500), 336, 24).seasonalPeriod())
                .isEqualTo(144);
        assertThat(new ForecastTask(table(List.of("x"), 2000, 24 * HOUR), new Split(1000, 500, 500), 336, 24).seasonalPeriod())
                .isEqualTo(7);
        assertThat(new ForecastTask(table(List.of("x"), 2000, HOUR), new Split(1000, 500, 500), 12, 24).seasonalPeriod()).isEqualTo(1);
    }

    @Test
    void standardisesEtth1ByTheCheckValues() {
        SeriesTable table = SeriesCsv.read(PublicData.file("ett/ETTh1.csv"), SeriesCsv.Selection.of("OT"));
        Split split = Split.conventional(table);
        assertThat(split).isEqualTo(new Split(8640, 2880, 2880));
        ForecastTask task = new ForecastTask(table, split, 336, 720);
        assertThat(task.scaler().mean().getFirst()).isEqualTo(17.1282616982, within(1e-10));
        assertThat(task.scaler().std().getFirst()).isEqualTo(9.1764910249, within(1e-10));
        assertThat(IntStream.of(task.windows(Part.TRAIN).count(), task.windows(Part.VALIDATION).count(), task.windows(Part.TEST).count()))
                .containsExactly(7585, 2161, 2161);
    }

    /** Value of row i is i; the scaler is undone, so a window's values name its rows. */
    private static List<Integer> rowsPredicted(ForecastTask task, Part part, int window) {
        float[] horizon = new float[task.horizon()];
        task.windows(part).copyHorizon(window, horizon, 0);
        return IntStream.range(0, horizon.length)
                .mapToObj(h -> (int) Math.round(horizon[h] * task.scaler().std().getFirst() + task.scaler().mean().getFirst())).toList();
    }

    private static SeriesTable ramp(int rows) {
        return table(List.of("x"), rows, HOUR);
    }

    private static SeriesTable table(List<String> columns, int rows, long stepNanos) {
        double[] values = IntStream.range(0, rows).asDoubleStream().toArray();
        double[][] all = columns.stream().map(column -> values).toArray(double[][]::new);
        return new SeriesTable(columns, columns, LongStream.range(0, rows).map(i -> i * stepNanos).toArray(), all, "");
    }

    @Test
    void errorsAreMeasuredWhereThereAreValues() {
        SeriesTable whole = table(List.of("a", "b"), 60, HOUR);
        double[][] values = {whole.values()[0].clone(), whole.values()[1].clone()};
        for (int i = 0; i < 60; i++) {
            values[1][i] = i >= 42 && i < 46 ? Double.NaN : Math.sin(i * i);
        }
        SeriesTable table = new SeriesTable(whole.header(), whole.columns(), whole.timesNanos(), values, "");
        ForecastTask task = new ForecastTask(table, new Split(30, 10, 20), 5, 3);
        ForecastError error = ForecastError.of(Baseline.repeatLast(5, 3, 2), task.windows(Part.TEST), 4);
        double squares = 0;
        int count = 0;
        for (int first = 40; first + 3 <= 60; first++) { // of the horizon
            for (int v = 0; v < 2; v++) {
                for (int h = 0; h < 3; h++) {
                    double difference = (values[v][first + h] - values[v][first - 1]) / task.scaler().std().get(v);
                    if (!Double.isNaN(difference)) {
                        squares += difference * difference;
                        count++;
                    }
                }
            }
        }
        assertThat(count).isBetween(80, 18 * 3 * 2 - 4 * 3);
        assertThat(error.mse()).isCloseTo(squares / count, within(1e-5));
        double[][] nothing = {values[0], values[1]};
        Arrays.fill(nothing[0], 36, 60, Double.NaN);
        Arrays.fill(nothing[1], 36, 60, Double.NaN);
        SeriesTable empty = new SeriesTable(whole.header(), whole.columns(), whole.timesNanos(), nothing, "");
        assertThatThrownBy(() -> new ForecastTask(empty, new Split(30, 10, 20), 5, 3))
                .hasMessage("test has no value to measure errors by: all of them are missing");
    }
}
