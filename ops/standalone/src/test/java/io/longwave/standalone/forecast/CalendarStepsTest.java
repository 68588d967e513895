package io.longwave.standalone.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** At which times a file goes on. */
class CalendarStepsTest {

    @Test
    void yearsOfEqualLengthAreYears() {
        long[] rows = IntStream.rangeClosed(2021, 2024).mapToLong(year -> LocalDate.of(year, 1, 1).toEpochDay() * 86_400_000_000_000L)
                .toArray();
        assertThat(Objects.requireNonNull(CalendarSteps.of(rows, ZoneOffset.UTC)).after(rows[3], 1)).isEqualTo("2025-01-01T00:00:00Z");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"months|Z|2020-01-01T00:00:00Z 2020-02-01T00:00:00Z 2020-03-01T00:00:00Z",
            "month ends|Z|2020-01-31T00:00:00Z 2020-02-29T00:00:00Z 2020-03-31T00:00:00Z",
            "quarters|Z|2020-01-01T00:00:00Z 2020-04-01T00:00:00Z 2020-07-01T00:00:00Z",
            "years|Z|2020-01-01T00:00:00Z 2021-01-01T00:00:00Z 2022-01-01T00:00:00Z",
            "days|Europe/Berlin|2020-03-27T23:00:00Z 2020-03-28T23:00:00Z 2020-03-29T22:00:00Z",
            "days|Z|2020-03-28T00:00:00Z 2020-03-29T00:00:00Z 2020-03-30T00:00:00Z",
            "weeks|Z|2020-01-01T00:00:00Z 2020-01-08T00:00:00Z 2020-01-15T00:00:00Z",
            "hours|Europe/Berlin|2020-03-27T23:00:00Z 2020-03-28T00:00:00Z 2020-03-28T01:00:00Z"})
    void forecastsStandAtTheTimesOfTheRowsToCome(String each, String zone, String expected, @TempDir Path folder) throws Exception {
        int rows = 40;
        LocalDate first = LocalDate.of(2020, 1, 1);
        IntFunction<Object> back = switch (each) {
            case "months" -> n -> first.minusMonths(n);
            case "month ends" -> n -> first.minusMonths(n - 1).minusDays(1);
            case "quarters" -> n -> first.minusMonths(3 * n);
            case "years" -> n -> first.minusYears(n);
            case "weeks" -> n -> first.minusWeeks(n);
            case "days" -> n -> LocalDate.of(2020, 3, 28).minusDays(n);
            default -> n -> LocalDate.of(2020, 3, 28).atStartOfDay().minusHours(n);
        };
        String text = IntStream.range(0, rows).mapToObj(i -> back.apply(rows - i) + "," + (i % 4))
                .collect(Collectors.joining("\n", "date,x\n", "\n"));
        Path file = Files.writeString(folder.resolve("rows.csv"), text);
        StringWriter out = new StringWriter();
        int code = new CommandLine(new ForecastCommand()).setOut(new PrintWriter(out)).setErr(new PrintWriter(out)).execute("online",
                "--data",
                file.toString(), "--horizon", "3", "--zone", zone);
        assertThat(code).as(out.toString()).isZero();
        assertThat(out.toString().lines().skip(1).map(line -> line.substring(0, line.indexOf(','))))
                .containsExactlyElementsOf(List.of(expected.split(" ")));
    }
}
