package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.stream.StreamNotice;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page in a real browser. Needs Debian's chromium and chromium-driver; without them it is skipped, on the CI machine it fails. */
@Timeout(300)
class PageTest {
    private static final long NOON = 1_772_366_400_000_000_000L; // 2026-03-01T12:00:00Z
    private static final long STEP = 10_000_000_000L;
    private static final int POINTS = 400;
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    @RegisterExtension
    static final RunningApi api = new RunningApi();

    @RegisterExtension
    static final RunningApi locked = new RunningApi("longwave.api.access.tokens[0].token=r3ad",
            "longwave.api.access.tokens[0].tenant=default");

    private static Path profile = Path.of("");
    private static List<ChromeDriver> browsers = List.of();

    @BeforeAll
    static void openBrowser() throws IOException {
        boolean there = Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
        if (!"true".equals(System.getenv("CI"))) {
            Assumptions.assumeTrue(there, "missing: " + CHROMIUM + " and " + DRIVER);
        }
        assertThat(there).as("missing: " + CHROMIUM + " and " + DRIVER).isTrue();
        profile = Files.createTempDirectory("longwave-browser");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toString());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--user-data-dir=" + profile, "--lang=en-GB");
        options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
        ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
        browsers = List.of(new ChromeDriver(service, options));
    }

    @AfterAll
    static void closeBrowser() throws IOException {
        browsers.forEach(ChromeDriver::quit);
        browsers = List.of();
        if (!profile.toString().isEmpty()) {
            try (Stream<Path> files = Files.walk(profile)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
            }
        }
    }

    @BeforeEach
    void startEmpty() {
        browser().get("about:blank");
        complaints(); // those of another test
        api.postgres().truncate();
        api.modelService().answersWith(200, forecast());
    }

    @Test
    void withoutSeriesThePageShowsHowToWriteAPointAndNoticesTheFirstOne() {
        browser().get(api.at("/").toString());
        until("the empty page", () -> browser().findElement(By.id("empty")).isDisplayed());
        assertThat(browser().findElement(By.id("write-command")).getText()).contains("/api/v2/write")
                .contains(":" + (api.at("/").getPort() + 1));
        picture("empty-light", "light", 1400, 850);
        wave("default/plant/pump,unit=3#vibration", 1);
        until("the first series", () -> chart("points").equals(Integer.toString(POINTS)));
    }

    @Test
    void whereATokenIsNeededThePageWorksWithItAsAPasswordAndShowsItsTenant() {
        long id = locked.series("default/plant/pump#flow");
        locked.series("another/plant/pump#flow");
        for (int i = 0; i < 20; i++) {
            locked.point(id, NOON + i * STEP, i, i, 0.5);
        }
        locked.modelService().answersWith(200, forecast());
        // As a person would type it where the browser asks; it keeps it.
        browser().get(locked.at("/").toString().replace("http://", "http://anybody:r3ad@"));
        browser().get(locked.at("/#series=" + id).toString());
        until("chart and live rows", () -> chart("points").equals("20") && text("#link").equals("live"));
        locked.point(id, NOON + 20 * STEP, 20, 20, 0.5);
        locked.jdbc().sql("select pg_notify('longwave', ?)").param(StreamNotice.payload(List.of(id))).query(row -> {});
        until("the new point", () -> chart("points").equals("21"));
        until("its forecast", () -> text("#note").startsWith("Forecast by "));
        until("the status",
                () -> browser().findElement(By.id("status")).getText().replaceAll("\\s+", " ").equals("tenant default series 1"));
        assertThat(browser().findElements(By.cssSelector("#series li[data-id]"))).hasSize(1);
        click("#forget");
        click("#forget-dialog button[value=forget]");
        until("the refusal", () -> text("#note").startsWith("Not forgotten: ") && text("#note").contains("role manage"));
    }

    @Test
    void aTypedNameFindsTheSeriesAndItsChartShowsPointsFanAndAnomaly() {
        plant();
        browser().get(api.at("/").toString());
        until("the list", () -> browser().findElements(By.cssSelector("#series li[data-id]")).size() == 9);
        WebElement search = browser().findElement(By.id("search"));
        search.sendKeys("unit=3 VIBR");
        until("one match", () -> browser().findElements(By.cssSelector("#series li[data-id]")).size() == 1);
        search.sendKeys(Keys.ARROW_DOWN, Keys.ENTER);
        until("the chart of the series", () -> browser().findElement(By.id("name")).getText().equals("pump,unit=3 vibration")
                && chart("points").equals(Integer.toString(POINTS)) && chart("forecastSteps").equals("96"));
        assertThat(chart("levels")).isEqualTo("0.95 0.8 0.5");
        assertThat(chart("anomalies")).isEqualTo("1");
        assertThat(browser().getCurrentUrl()).contains("#series=");
        assertThat(inkedPixels("#chart canvas")).as("pixels drawn on the canvas").isGreaterThan(5_000);
        assertThat(browser().findElement(By.id("note")).getText()).contains("online-1").contains("81.0 %");
        until("the list of anomalies", () -> text("#anomalies button").contains("pump,unit=3 vibration"));
        assertThat(complaints()).isEmpty();
        search.sendKeys(Keys.ESCAPE);
        until("the whole list again", () -> browser().findElements(By.cssSelector("#series li[data-id]")).size() == 9);
        picture("chart-light", "light", 1400, 850);
        picture("chart-dark", "dark", 1400, 850);
        picture("chart-narrow", "light", 420, 900);
    }

    @Test
    void newPointsMoveTheChartWithoutAReload() {
        long id = wave("default/plant/pump,unit=3#vibration", 1);
        browser().get(api.at("/#series=" + id).toString());
        until("the chart",
                () -> chart("points").equals(Integer.toString(POINTS)) && browser().findElement(By.id("link")).getText().equals("live"));
        api.point(id, NOON + POINTS * STEP, 77.5, 50, 0.99);
        api.jdbc().sql("select pg_notify('longwave', ?)").param(StreamNotice.payload(List.of(id))).query(row -> {});
        until("the new point", () -> chart("points").equals(Integer.toString(POINTS + 1)));
        assertThat(browser().findElement(By.id("now-value")).getText()).isEqualTo("77.5");
        assertThat(browser().findElement(By.id("now-score")).getText()).isEqualTo("0.990");

        script("window.kept = arguments[0]", "yes");
        browser().get("about:blank");
        api.point(id, NOON + (POINTS + 1) * STEP, 78.5, 50, 0.99);
        browser().navigate().back();
        until("the point that came meanwhile", () -> browser().findElement(By.id("now-value")).getText().equals("78.5")
                && browser().findElement(By.id("link")).getText().equals("live"));
        assertThat(script("return window[arguments[0]]", "kept")).as("the browser kept the page").isEqualTo("yes");
    }

    @Test
    void aClickOnAnAnomalyLeadsToItsTime() {
        long id = wave("default/plant/pump,unit=3#vibration", 1);
        api.anomaly("spike", id, NOON + 100 * STEP, NOON + 104 * STEP, 0.99);
        browser().get(api.at("/#series=" + id).toString());
        until("the anomaly", () -> !browser().findElements(By.cssSelector("[data-anomaly=spike]")).isEmpty());
        click("[data-anomaly=spike]");
        until("the zoomed chart", () -> browser().getCurrentUrl().contains("from=2026-03-01T12%3A06%3A40")
                && chart("anomalies").equals("1") && Integer.parseInt(chart("points")) < POINTS);
        click("#live");
        until("all points again", () -> chart("points").equals(Integer.toString(POINTS)));
    }

    @Test
    void aSeriesThatIsNotThereIsSaidToBeSoUntilAnotherIsChosen() {
        long id = wave("default/plant/pump,unit=3#vibration", 1);
        browser().get(api.at("/#series=" + (id + 1000)).toString());
        until("the reason, and the state of the stream beside it",
                () -> browser().findElement(By.id("trouble")).getText().contains("no series has the id")
                        && browser().findElement(By.id("link")).getText().equals("live")
                        && browser().findElements(By.cssSelector("#series li[data-id]")).size() == 1);
        wave("default/plant/fan#speed", 2);
        until("the list goes on", () -> browser().findElements(By.cssSelector("#series li[data-id]")).size() == 2);
        assertThat(browser().findElement(By.id("trouble")).getText()).contains("no series has the id");
        assertThat(browser().findElement(By.id("view")).isDisplayed()).isFalse();
        click("#series li[data-id='" + id + "']");
        until("the chart",
                () -> chart("points").equals(Integer.toString(POINTS)) && !browser().findElement(By.id("trouble")).isDisplayed());
    }

    @Test
    void theAnomaliesOfAPastStretchAreShownHoweverManyCameLater() {
        long id = wave("default/plant/pump,unit=3#vibration", 1);
        api.anomaly("old", id, NOON + 50 * STEP, NOON + 52 * STEP, 0.99);
        for (int i = 0; i < 310; i++) {
            api.anomaly("new-" + i, id, NOON + 100 * STEP + i * 1_000_000L, NOON + 100 * STEP + i * 1_000_000L + 1, 0.99);
        }
        browser().get(api.at("/#series=" + id + "&from=2026-03-01T12:06:00Z&to=2026-03-01T12:10:00Z").toString());
        until("the old one alone", () -> chart("anomalies").equals("1"));
    }

    @Test
    void recordingsBecomeAJobWhoseAnswersComeWhileItRuns() throws Exception {
        browser().get(api.at("/").toString());
        click("nav a[href='/recordings.html']");
        until("how to train a classifier", () -> browser().findElement(By.id("train-command")).isDisplayed());
        api.model("s4d-beats-1", "s4d", "classify");
        api.model("s4d-etth1-1", "s4d", "forecast");
        browser().navigate().refresh();
        until("the classifier alone", () -> browser().findElement(By.id("model")).getText().strip().equals("s4d-beats-1"));
        Path recording = Files.writeString(profile.resolve("bed 12.ts"), "not looked at here");
        browser().findElement(By.id("files")).sendKeys(recording.toString());
        assertThat(browser().findElement(By.id("chosen")).getText()).isEqualTo("1 file, 0.0 MB");
        api.modelService().answersWith(422, "{\"detail\":\"files: expected files of cases but found [bed 12.ts]\"}");
        click("#classify");
        until("why not",
                () -> browser().findElement(By.id("trouble")).getText().equals("files: expected files of cases but found [bed 12.ts]"));

        UUID job = UUID.randomUUID();
        api.jdbc().sql("insert into classification_job (id, model, classes, created_at) values (?, 's4d-beats-1', '{N,V}', now())")
                .param(job)
                .update();
        api.jdbc().sql("insert into classification_recording (job, ordinal, name) select ?, i, 'bed ' || i from generate_series(0, 2) i")
                .param(job).update();
        api.modelService().forget();
        api.modelService().answersWith(202, Map.of("Content-Type", "application/json"), "{\"job\":\"" + job + "\"}");
        click("#classify");
        until("the job", () -> browser().findElement(By.id("job-facts")).getText().startsWith("0 of 3 recordings"));
        assertThat(api.modelService().onlyCall().body().asString()).contains("filename=\"bed 12.ts\"").contains("not looked at here");
        assertThat(browser().findElement(By.id("note")).getText()).isEqualTo("Waiting for the first answer.");
        assertThat(browser().findElement(By.id("trouble")).isDisplayed()).isFalse();

        api.jdbc()
                .sql("""
                        insert into classification (job, ordinal, number, seconds, label, probabilities)
                        select ?, 0, i, i * 0.8, case when i % 10 = 3 then 'V' else 'N' end, case when i % 10 = 3 then '{0.1,0.9}'::real[] else '{0.98,0.02}' end
                        from generate_series(0, 1199) i""")
                .param(job).update();
        api.jdbc().sql("update classification_recording set classified_at = now() where ordinal = 0").update();
        until("the first answers", () -> rows() == 1000 && browser().findElement(By.id("job-facts")).getText().startsWith("1 of 3"));
        assertThat(browser().findElement(By.cssSelector("#results tbody tr:nth-child(4)")).getText()).isEqualTo("bed 0 2.400 s V 0.900");
        assertThat(browser().findElement(By.id("labels")).getText().split("\\s+")).containsExactly("N", "900", "V", "100");
        picture("recordings-light", "light", 1400, 850);
        click("#more");
        until("all answers", () -> rows() == 1200);
        api.jdbc().sql("insert into classification (job, ordinal, number, label, probabilities) values (?, 0, 1200, 'N', '{1,0}')")
                .param(job)
                .update();
        until("one that came since", () -> rows() == 1201);
        api.jdbc().sql("delete from classification where number = 1200").update();
        until("without it", () -> rows() == 1200);
        click("#labels button:nth-child(2)");
        until("those of a class", () -> rows() == 120);
        api.jdbc().sql("update classification_recording set classified_at = now(), problem = 'expected beats' where ordinal > 0").update();
        api.jdbc().sql("update classification_job set finished_at = now()").update();
        until("the end", () -> browser().findElement(By.id("job-facts")).getText().startsWith("3 recordings, 2 failed"));
        assertThat(browser().findElement(By.id("progress")).isDisplayed()).isFalse();
        browser().navigate().refresh();
        until("the job again, by its address", () -> rows() == 1000);
        click("#more");
        until("what failed too", () -> rows() == 1202);
        click("#labels button:nth-child(3)");
        until("that alone", () -> rows() == 2);
        assertThat(browser().findElement(By.cssSelector("#results .problem")).getText()).isEqualTo("expected beats");
        picture("recordings-dark", "dark", 1400, 850);
        picture("recordings-narrow", "light", 420, 900);

        api.modelService().answersWith(204, Map.of(), "");
        click("#forget");
        until("the question", () -> browser().findElement(By.id("forget-dialog")).isDisplayed());
        click("#forget-dialog button[value=forget]");
        until("the call", () -> api.modelService().wasAsked("/internal/v1/classifications/" + job));
        until("no job on the page", () -> browser().findElement(By.id("empty")).isDisplayed());
        api.jdbc().sql("delete from classification_job").update();
        browser().navigate().refresh();
        until("no job in the list", () -> browser().findElements(By.cssSelector("#jobs li")).isEmpty());
        browser().get(api.at("/recordings.html#job=" + job).toString());
        until("that it is not there", () -> browser().findElement(By.id("trouble")).getText().contains(job.toString())
                && browser().findElement(By.id("empty")).isDisplayed());
        assertThat(complaints()).allMatch(line -> line.contains("/api/v1/classifications?model=") && line.contains("400")
                || line.contains("/api/v1/classifications/" + job) && line.contains("404"));
    }

    private static int rows() {
        return browser().findElements(By.cssSelector("#results tbody tr")).size();
    }

    @Test
    void aGroupShowsHowItsRowsScoreWhichSeriesSpeakAgainstThemAndWhatFollows() {
        browser().get(api.at("/").toString());
        click("nav a[href='/groups.html']");
        until("how to make a group and a model for it", () -> browser().findElement(By.id("train-command")).isDisplayed());
        assertThat(browser().findElement(By.id("group-command")).getText())
                .contains("curl -X PUT '" + api.at("/api/v1/groups/plant") + "'").contains("\"model\":\"MODEL\"");
        api.model("spacetime-plant-1", "spacetime", "forecast");
        until("the command with the model", () -> browser().findElement(By.id("group-command")).getText().contains("spacetime-plant-1")
                && !browser().findElement(By.id("train-command")).isDisplayed());
        picture("groups-empty-light", "light", 1400, 850);

        long group = pumps(300);
        api.group("quiet", "spacetime-plant-1", 0, "default/plant/pump,unit=1#flow");
        api.jdbc().sql("update series_group set scored_from = 96, problem = 'expected the model spacetime-plant-1 but its files are gone'"
                + " where name = 'quiet'").update();
        // The page asks every three seconds, and so perhaps in the midst of what is written above.
        until("the rows of the first group and its events", () -> chart("rows").equals("300") && chart("anomalies").equals("2"));
        until("both events in the list", () -> count("[data-anomaly=leak]") == 1 && count("[data-anomaly=again]") == 1);
        until("what is wrong with the other group", () -> count("#groups .problem") == 1);
        until("what it is", () -> text("#facts").startsWith("spacetime-plant-1 · 8 series · a row every 10 s · last row "));
        until("which series spoke against the rows of an event", () -> text("[data-anomaly=leak] .against")
                .equals("pump,unit=3 flow 70 %, pump,unit=3 pressure 20 %, pump,unit=1 flow 2.0 %"));
        assertThat(browser().getCurrentUrl()).endsWith("#group=plant");
        assertThat(browser().findElement(By.id("now-score")).getText()).isEqualTo("0.970");
        assertThat(browser().findElements(By.cssSelector("#heat th"))).hasSize(8);
        assertThat(browser().findElement(By.cssSelector("#heat tr:nth-child(8)")).getText()).isEqualTo("gone value");
        assertThat(inkedPixels("#chart canvas")).as("scores").isGreaterThan(1_000);
        assertThat(inkedPixels("#heat-canvas")).as("shares").isGreaterThan(5_000);

        browser().findElement(By.id("heat-canvas")).sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN,
                Keys.ARROW_DOWN);
        until("what the keyboard came to", () -> spoken().startsWith("pump,unit=3 flow, ") && spoken().endsWith("score 0.970, share 70 %"));
        assertThat(browser().findElement(By.id("tip")).getText()).contains("0.970").contains("70 %");

        row(group, 300, 0.2);
        until("a row that came since",
                () -> chart("rows").equals("301") && browser().findElement(By.id("now-score")).getText().equals("0.200"));

        api.modelService().answersWith(409, "{\"detail\":\"12 of 96 rows seen\"}");
        click("#draw-forecast");
        until("why not", () -> browser().findElement(By.id("trouble")).getText().equals("No forecast now: 12 of 96 rows seen"));
        String each = IntStream.range(0, 8)
                .mapToObj(n -> forecast().replace("\"s\"", "\"" + key(n) + "\"").replace("online-1", "spacetime-plant-1"))
                .collect(Collectors.joining(","));
        api.modelService().answersWith(200, "{\"forecasts\":[" + each + "]}");
        click("#draw-forecast");
        until("a chart for each series that is there", () -> browser().findElements(By.cssSelector("#multiples figure canvas")).size() == 7
                && !browser().findElement(By.id("trouble")).isDisplayed());
        assertThat(browser().findElement(By.cssSelector("#multiples .plot")).getAttribute("data-steps")).isEqualTo("96");
        assertThat(browser().findElement(By.cssSelector("#multiples .plot")).getAttribute("data-points")).isEqualTo("97");
        assertThat(inkedPixels("#multiples canvas")).isGreaterThan(1_000);
        picture("groups-light", "light", 1400, 1500);
        picture("groups-dark", "dark", 1400, 1500);
        picture("groups-narrow", "light", 420, 1800);

        click("[data-anomaly=leak]");
        until("the rows around it", () -> browser().getCurrentUrl().contains("from=2026-03-01T12%3A06%3A40")
                && chart("anomalies").equals("1") && chart("rows").equals("125"));
        click("#newest");
        until("the newest rows", () -> chart("rows").equals("301"));

        click("#groups li:nth-child(2) button");
        until("the other group", () -> browser().findElement(By.id("name")).getText().equals("quiet")
                && browser().findElement(By.id("problem")).getText().startsWith("It does not go on: expected the model "));
        assertThat(browser().findElement(By.id("note")).getText()).startsWith("No row is judged yet");
        assertThat(browser().findElement(By.id("judged")).isDisplayed()).isFalse();
        assertThat(browser().findElement(By.id("forecast")).isDisplayed()).isFalse();
        assertThat(browser().findElement(By.id("group-anomalies")).getText()).isEqualTo("None yet.");

        api.jdbc().sql("update series_group set removed_at = now() where name = 'quiet'").update();
        until("that it is not there", () -> browser().findElement(By.id("trouble")).getText().contains("no group has the name quiet")
                && !browser().findElement(By.id("group")).isDisplayed());
        click("#groups li:nth-child(1) button");
        until("the first group", () -> browser().findElement(By.id("name")).getText().equals("plant")
                && !browser().findElement(By.id("trouble")).isDisplayed());
        assertThat(complaints()).allMatch(line -> line.contains("/api/v1/groups/plant/forecast") && line.contains("409")
                || line.contains("/api/v1/groups/quiet") && line.contains("404"));
    }

    @Test
    void ofAGroupOfManySeriesThoseAreShownThatSpeakMostAgainst() {
        String[] keys = IntStream.range(0, 60).mapToObj(n -> "default/plant/many#f" + n).toArray(String[]::new);
        long group = api.group("wide", "m-1", NOON / STEP + 5, keys);
        for (int n = 0; n < 5; n++) {
            api.jdbc()
                    .sql("""
                            insert into group_row select ?, ?, 0.95, array_agg(0::float8), array_agg(case when i = 58 then 0.9 else 0.001 end::real), 'm-1'
                            from generate_series(0, 59) i""")
                    .params(group, NOON + n * STEP).update();
        }
        api.groupAnomaly("short", group, NOON, NOON, NOON, 0.95, "{" + "0,".repeat(59) + "1}");
        api.jdbc().sql("update group_anomaly set points = 1").update();
        browser().get(api.at("/groups.html#group=wide").toString());
        until("some of them", () -> browser().findElements(By.cssSelector("#heat th")).size() == 40);
        assertThat(browser().findElement(By.cssSelector("#heat tr:last-child")).getText()).isEqualTo("many f58");
        until("an event of one row, which lasts no time", () -> text("[data-anomaly=short] .muted").endsWith(" · 1 row"));
        click("#all-series");
        until("all of them", () -> browser().findElements(By.cssSelector("#heat th")).size() == 60);
        assertThat(complaints()).isEmpty();
    }

    /** The group plant of pumps, one of whose series is not there, with two events, the second of which lasts. */
    private static long pumps(int rows) {
        for (int n = 0; n < 7; n++) {
            wave(key(n), n + 1);
        }
        long group = api.group("plant", "spacetime-plant-1", NOON / STEP,
                IntStream.range(0, 8).mapToObj(PageTest::key).toArray(String[]::new));
        for (int n = 0; n < rows; n++) {
            boolean odd = n >= 100 && n < 106 || n >= rows - 3;
            row(group, n, odd ? 0.97 : 0.25 + 0.25 * Math.sin(n * n));
        }
        String shares = "{0.02,0.02,0.02,0.02,0.7,0.2,0.02,null}";
        api.groupAnomaly("leak", group, NOON + 100 * STEP, NOON + 105 * STEP, NOON + 108 * STEP, 0.97, shares);
        api.groupAnomaly("again", group, NOON + (rows - 3) * STEP, NOON + (rows - 1) * STEP, null, 0.97, shares);
        return group;
    }

    private static String key(int n) {
        return n == 7 ? "default/plant/gone#value" : "default/plant/pump,unit=" + (n / 2 + 1) + (n % 2 == 0 ? "#flow" : "#pressure");
    }

    /** A row of the pumps, of whose series one has no value and, in those that score high, one speaks most against. */
    private static void row(long group, int n, double score) {
        StringBuilder shares = new StringBuilder();
        for (int i = 0; i < 7; i++) {
            shares.append(score > 0.9 ? i == 4 ? 0.7 : i == 5 ? 0.2 : 0.02 : (1 + Math.sin(n * 0.3 + i)) / 7).append(',');
        }
        api.jdbc().sql("insert into group_row values (?, ?, ?, '{1,2,3,4,5,6,7,null}', ?::real[], 'spacetime-plant-1')")
                .params(group, NOON + n * STEP, score, "{" + shares + "null}").update();
        api.jdbc().sql("update series_group set next_row = ? where id = ?").params(NOON / STEP + n + 1, group).update();
    }

    private static String spoken() {
        return String.valueOf(browser().findElement(By.id("cell")).getAttribute("textContent"));
    }

    @Test
    void aSeriesThatWarmsUpShowsItsPointsAndSaysWhyThereIsNoForecast() {
        long id = wave("default/plant/pump,unit=3#vibration", 1);
        api.modelService().answersWith(409, "{\"detail\":\"12 of 64 points seen\"}");
        browser().get(api.at("/#series=" + id).toString());
        until("the reason", () -> browser().findElement(By.id("note")).getText().contains("12 of 64 points seen"));
        assertThat(chart("points")).isEqualTo(Integer.toString(POINTS));
        assertThat(chart("levels")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"usual,50,8", "large,8.59e9,3e6", "negative,-2e12,5e11", "close,1e9,1e-3", "closest,1e9,1e-7", "vast,0,1e299",
            "largest,0,1.7e308",
            "small,2e-30,1e-30"})
    void labelsOfTheValueAxisAreWholeAndTellTicksApart(String name, double middle, double height) {
        long id = api.series("default/plant/pump,of=" + name + "#flow");
        List<Double> values = IntStream.range(0, 60).mapToObj(i -> middle + height * Math.sin(i / 7.0)).toList();
        IntStream.range(0, 60).forEach(i -> api.unscoredPoint(id, NOON + i * STEP, values.get(i)));
        api.modelService().answersWith(409, "{\"detail\":\"warms up\"}");
        browser().get(api.at("/#series=" + id).toString());
        until("the chart", () -> chart("points").equals("60") && !chart("ticks").isEmpty());
        picture("axis-" + name, "light", 1000, 700);
        List<String> ticks = List.of(chart("ticks").split(" "));
        assertThat(ticks).hasSizeGreaterThan(2).doesNotHaveDuplicates();
        double room = 0.1 * (Collections.max(values) / 2 - Collections.min(values) / 2) + 1e-5 * Math.abs(middle);
        assertThat(ticks).allSatisfy(tick -> assertThat(Double.parseDouble(tick.replace(",", "")))
                .isBetween(Collections.min(values) - 2 * room, Collections.max(values) + 2 * room));
        long left = offsetOfPlot("#chart");
        assertThat(script("""
                const context = document.createElement("canvas").getContext("2d");
                context.font = "12px system-ui";
                return String(Math.max(...arguments[0].split(" ").map((tick) => context.measureText(tick).width)));""", chart("ticks")))
                .satisfies(widest -> assertThat(Double.parseDouble(String.valueOf(widest))).isLessThanOrEqualTo(left - 10));
        assertThat(offsetOfPlot("#strip")).as("scores stand under their values").isEqualTo(left);
    }

    private static long offsetOfPlot(String place) {
        return Long.parseLong(String.valueOf(script("return String(document.querySelector(arguments[0] + ' .u-over').offsetLeft)", place)));
    }

    @Test
    void howLongAgoDataCameIsSaidAsFarAsThePageKnows() {
        long id = wave("default/plant/fan#speed", 2);
        look(id, "0"); // the service keeps what it counted for a second
        look(id, "0");
        until("that there was none", () -> text("#status-age").equals("none yet"));
        api.jdbc().sql("insert into stream_counter values (0, 'samples', 3201)").update();
        look(id, "3,201");
        look(id, "3,201");
        until("how long at least", () -> text("#status-age").matches("over \\d+ s ago"));
        api.jdbc().sql("update stream_counter set count = count + 1").update();
        until("how long", () -> text("#status-age").matches("\\d+ s ago"));
    }

    /** Opens the page anew and waits for the number of samples. */
    private static void look(long series, String samples) {
        browser().get("about:blank");
        browser().get(api.at("/#series=" + series).toString());
        until(samples + " samples", () -> text("#status-samples").equals(samples));
    }

    @Test
    void aSeriesThatOnlyGrowsIsTakenForACounterAndShownByItsRate() {
        long id = wave("default/plant/requests#total", 1);
        api.jdbc().sql("update point p set value = (select sum(q.value) from point q where q.series_id = p.series_id and q.time <= p.time),"
                + " predicted = predicted / 10, lower = lower / 10, upper = upper / 10").update();
        browser().get(api.at("/#series=" + id).toString());
        until("the chart", () -> chart("points").equals(Integer.toString(POINTS)));
        assertThat(browser().findElement(By.id("facts")).getText()).contains("gauge");
        api.modelService().forget();
        click("#kind");
        until("the call", () -> api.modelService().wasAsked("/internal/v1/kinds"));
        api.jdbc().sql("update series set chosen_kind = 'counter' where id = ?").param(id).update();
        until("the rates", () -> chart("points").equals(Integer.toString(POINTS - 1)));
        assertThat(browser().findElement(By.id("facts")).getText()).contains("counter");
        assertThat(browser().findElement(By.id("now-value")).getText()).endsWith("/s");
        assertThat(browser().findElement(By.cssSelector(".legend")).getAttribute("textContent")).contains("rate");
        until("the rate in the list", () -> text("#series .tags").contains("/s"));
        until("the way back", () -> text("#kind").equals("take as its samples say"));
        picture("counter-light", "light", 1400, 850);
        api.modelService().forget();
        until("a free button", () -> browser().findElement(By.id("kind")).isEnabled());
        click("#kind");
        until("the call", () -> api.modelService().wasAsked("/internal/v1/kinds"));
        api.jdbc().sql("update series set chosen_kind = null where id = ?").param(id).update();
        until("the values", () -> chart("points").equals(Integer.toString(POINTS)));
        // It is free once the forecast has come too: one that failed would be tried again and say so in place of what is waited for.
        until("a free button", () -> browser().findElement(By.id("kind")).isEnabled());
        api.modelService().answersWith(503, "");
        click("#kind");
        until("why not", () -> browser().findElement(By.id("note")).getText().startsWith("Not changed: "));
    }

    @Test
    void aSeriesIsForgottenOnceAPersonHasSaidSoAndThePageGoesOnToAnother() {
        long stays = wave("default/plant/fan#speed", 2);
        long goes = wave("default/plant/pump,unit=3#vibration", 1);
        browser().get(api.at("/#series=" + goes).toString());
        until("the chart", () -> chart("points").equals(Integer.toString(POINTS)));
        api.modelService().forget();
        click("#forget");
        until("the question", () -> browser().findElement(By.id("forget-name")).getText().equals("pump,unit=3 vibration"));
        picture("forget-light", "light", 1400, 850);
        click("#forget-dialog button[value=keep]");
        until("no question", () -> !browser().findElement(By.id("forget-dialog")).isDisplayed());
        assertThat(api.modelService().wasAsked("/internal/v1/forgets")).isFalse();

        click("#forget");
        click("#forget-dialog button[value=forget]");
        until("the call", () -> api.modelService().wasAsked("/internal/v1/forgets"));
        api.jdbc().sql("update series set forgotten_at = now() where id = ?").param(goes).update();
        until("the other series",
                () -> chart("series").equals(Long.toString(stays)) && browser().getCurrentUrl().endsWith("#series=" + stays));
        assertThat(browser().findElements(By.cssSelector("#series li[data-id]"))).hasSize(1);
        assertThat(browser().findElement(By.id("trouble")).isDisplayed()).isFalse();

        // A forecast that failed would be tried again and say so in place of what is waited for.
        until("its forecast", () -> browser().findElement(By.id("note")).getText().startsWith("Forecast by "));
        api.modelService().answersWith(503, "");
        click("#forget");
        click("#forget-dialog button[value=forget]");
        until("why not", () -> browser().findElement(By.id("note")).getText().startsWith("Not forgotten: "));
        assertThat(chart("series")).isEqualTo(Long.toString(stays));
    }

    @Test
    void filesAreCompressedAndCachedAsTheyMayChange() {
        HttpResponse<String> page = api.get("/", "Accept-Encoding", "gzip");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse("")).contains("default-src 'self'");
        HttpResponse<String> library = api.get("/webjars/uplot/1.6.30/dist/uPlot.esm.js", "Accept-Encoding", "gzip");
        assertThat(library.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(library.headers().firstValue("Cache-Control").orElse("")).contains("max-age=31536000").contains("immutable");
        String modified = library.headers().firstValue("Last-Modified").orElseThrow();
        assertThat(api.get("/webjars/uplot/1.6.30/dist/uPlot.esm.js", "If-Modified-Since", modified).statusCode()).isEqualTo(304);
    }

    private static void plant() {
        long pump = 0;
        for (int unit = 1; unit <= 4; unit++) {
            long id = wave("default/plant/pump,site=north,unit=" + unit + "#temperature", unit);
            assertThat(id).isPositive();
            pump = unit == 3 ? wave("default/plant/pump,unit=3#vibration", 1) : pump;
        }
        for (String host : List.of("web-1", "web-2", "db-1")) {
            wave("default/metrics/cpu,host=" + host + "#usage", host.length() + host.charAt(0));
        }
        long quiet = api.series("default/metrics/fresh#value");
        api.unscoredPoint(quiet, NOON, 1);
        api.anomaly("spike", pump, NOON + 300 * STEP, NOON + 306 * STEP, 0.99);
        api.jdbc().sql("update point set value = value + 9 - abs(time - :peak) / 1e10 * 2.5, score = 0.97"
                + " where series_id = :id and time between :start and :end").param("id", pump).param("start", NOON + 300 * STEP)
                .param("end", NOON + 306 * STEP).param("peak", NOON + 303 * STEP).update();
        api.jdbc()
                .sql("update anomaly set peak_time = :peak, peak_value = (select value from point where series_id = :id and time = :peak),"
                        + " expected = (select predicted from point where series_id = :id and time = :peak)")
                .param("id", pump)
                .param("peak", NOON + 303 * STEP).update();
        api.jdbc().sql("insert into stream_counter values (0, 'samples', 3201), (0, 'late', 2)").update();
    }

    /** A scored sine with noise from a fixed seed. */
    private static long wave(String key, int seed) {
        long id = api.series(key);
        api.jdbc().sql("select setseed(?)").param(seed / 1000.0).query(row -> {});
        api.jdbc()
                .sql("""
                        insert into point (series_id, time, value, predicted, lower, upper, score, model)
                        select :id, :noon + i * :step, wave + (random() - 0.5) * 2, case when i >= 32 then wave end, case when i >= 32 then wave - 2 end,
                            case when i >= 32 then wave + 2 end, case when i >= 32 then (random() ^ 3 * 0.6)::real end, 'online-1'
                        from generate_series(0, :last) i, lateral (select 50 + 8 * sin(i / 15.0 + :seed) as wave)""")
                .param("id", id).param("noon", NOON)
                .param("step", STEP).param("last", POINTS - 1).param("seed", seed).update();
        return id;
    }

    private static String forecast() {
        String mean = numbers(0);
        String intervals = Stream.of(0.5, 0.8, 0.95)
                .map(level -> "{\"level\":%s,\"lower\":%s,\"upper\":%s,\"achievedCoverage\":%s}".formatted(level, numbers(-4 * level),
                        numbers(4 * level), level + 0.01))
                .collect(Collectors.joining(","));
        return "{\"series\":\"s\",\"model\":\"online-1\",\"issuedAtNanos\":%d,\"stepNanos\":%d,\"mean\":%s,\"intervals\":[%s]}"
                .formatted(NOON + (POINTS - 1) * STEP, STEP, mean, intervals);
    }

    private static String numbers(double width) {
        return IntStream.range(0, 96).mapToObj(
                h -> String.format(Locale.ROOT, "%.4f", 50 + 8 * Math.sin((POINTS + h) / 15.0 + 1) + width * Math.sqrt(0.3 + h / 30.0)))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static ChromeDriver browser() {
        return browsers.getFirst();
    }

    /** Patient, because a loaded machine draws slowly; the limit only ends a page that will never show it. */
    private static void until(String what, java.util.function.BooleanSupplier condition) {
        new WebDriverWait(browser(), Duration.ofSeconds(60)).withMessage(() -> what + "; the browser said " + complaints())
                .until(driver -> condition.getAsBoolean());
    }

    private static String chart(String summary) {
        return String.valueOf(script("return document.getElementById('chart').dataset[arguments[0]] ?? ''", summary));
    }

    /** Of the first of these elements, nothing where there is none; in one call, because it may be gone between finding and reading it. */
    private static String text(String selector) {
        return String.valueOf(script("return document.querySelector(arguments[0])?.textContent ?? ''", selector));
    }

    private static int count(String selector) {
        return browser().findElements(By.cssSelector(selector)).size();
    }

    /** The lists are drawn anew all the time, so that an element may be gone between finding and clicking it. */
    private static void click(String selector) {
        script("document.querySelector(arguments[0]).click()", selector);
    }

    private static long inkedPixels(String selector) {
        return ((Number) script("""
                const canvas = document.querySelector(arguments[0]);
                const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                let inked = 0;
                for (let i = 3; i < bytes.length; i += 4) if (bytes[i] > 0) inked++;
                return inked;""", selector)).longValue();
    }

    private static Object script(String text, String argument) {
        Object result = ((JavascriptExecutor) browser()).executeScript(text, argument);
        return result == null ? "" : result;
    }

    private static List<String> complaints() {
        return browser().manage().logs().get("browser").getAll().stream().map(LogEntry::getMessage).toList();
    }

    /** Kept with the test results, for people. */
    private static void picture(String name, String scheme, int width, int height) {
        browser().manage().window().setSize(new Dimension(width, height));
        browser().executeCdpCommand("Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        script("return new Promise(drawn => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(drawn)), 300))", "");
        try {
            Path pictures = Files.createDirectories(Path.of("target", "pictures"));
            Files.write(pictures.resolve(name + ".png"), browser().getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
