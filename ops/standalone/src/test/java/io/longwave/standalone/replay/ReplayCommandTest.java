package io.longwave.standalone.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReplayCommandTest {

    private static final String CSV = """
            date,a,b c
            2026-01-01 00:00:00,1,2.5
            2026-01-01 01:00:00,-3e2,
            """;

    @TempDir
    private Path folder = Path.of("");

    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final List<String> queries = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private HttpServer server = start();

    private record Answer(int status, String retryAfter, String body) {}

    @BeforeEach
    void serve() {
        server.createContext("/api/v2/write", this::take);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void everyNumericColumnBecomesAField() throws Exception {
        assertThat(replay(file("load.csv", CSV))).isZero();
        assertThat(lines).containsExactly("load a=1.0,b\\ c=2.5 1767225600000000000", "load a=-300.0 1767229200000000000");
        assertThat(queries).allSatisfy(query -> assertThat(query).contains("bucket=replay").contains("precision=ns"));
        assertThat(out.toString()).contains("Sent 2 rows, 3 values").contains(": 2026-01-01T00:00:00Z to 2026-01-01T01:00:00Z, series");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void measurementTagsAndBucketAreTheUsers() throws Exception {
        assertThat(replay(file("load.csv", CSV), "--measurement", "site load", "--tag", "unit=7", "--bucket", "b 1", "--limit", "1"))
                .isZero();
        assertThat(lines).containsExactly("site\\ load,unit=7 a=1.0,b\\ c=2.5 1767225600000000000");
        assertThat(out.toString()).as("what was sent, not what the file holds").contains("Sent 1 rows, 2 values")
                .contains(": 2026-01-01T00:00:00Z to 2026-01-01T00:00:00Z, series b 1/");
        assertThat(queries).allSatisfy(query -> assertThat(query).contains("bucket=b+1"));
    }

    @Test
    void textsOfTagColumnsTellSeriesApart() throws Exception {
        String text = """
                ts,host,rack,load
                2026-01-01,a b,7,1
                2026-01-01,c,,2
                2026-01-02,a b,7,3
                2026-01-02,d\\,7,4
                """;
        assertThat(replay(file("hosts.csv", text), "--tag-column", "host,rack", "--tag", "site=x")).isZero();
        assertThat(lines).containsExactly("hosts,site=x,host=a\\ b,rack=7 load=1.0 1767225600000000000",
                "hosts,site=x,host=c load=2.0 1767225600000000000",
                "hosts,site=x,host=a\\ b,rack=7 load=3.0 1767312000000000000");
        assertThat(err.toString()).contains("line 5: expected tags without a backslash at their end").contains("Not sent: 1 rows");
        assertThat(replay(file("hosts.csv", text), "--tag-column", "unit")).isEqualTo(1);
        assertThat(err.toString()).contains("hosts.csv: expected the tag column 'unit' but found [ts, host, rack, load].");
    }

    @Test
    void severalSeriesInOneAreSaidToBeSo() throws Exception {
        assertThat(replay(file("ids.csv", "time,id,x\n2026-01-01,a,1\n2026-01-01,b,2\n2026-01-01,c,2\n"))).isZero();
        assertThat(err.toString()).contains("Not sent, no numbers in them: id",
                "2 of 3 rows have the time of the row before, and of one series the last value of a time counts; --tag-column tells series apart.");
    }

    @Test
    void readsGzipWhateverTheFileIsCalled() throws Exception {
        Path file = folder.resolve("packed");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
            packed.write(CSV.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(replay(file)).isZero();
        assertThat(lines).hasSize(2);
    }

    @Test
    void aByteOrderMarkBeforeAQuotedHeaderIsNoPartOfAName() throws Exception {
        assertThat(replay(file("load.csv", "\uFEFF\"date\",\"a, b\"\r\n\"2026-01-01\",\"1\"\r\n"))).isZero();
        assertThat(lines).containsExactly("load a\\,\\ b=1.0 1767225600000000000");
    }

    @Test
    void namesAndCountsWhatItCannotReadAndSendsTheRest() throws Exception {
        Path file = file("bad.csv", """
                timestamp,v,w,note
                2026-01-01,1,2,fine
                someday,2,2,x
                2026-01-02,NaN,5,x
                2026-01-03,3
                2026-01-04,1f,,x
                2026-01-01,4,4,same time again
                """);
        assertThat(replay(file)).isZero();
        assertThat(lines).containsExactly("bad v=1.0,w=2.0 1767225600000000000", "bad w=5.0 1767312000000000000",
                "bad v=4.0,w=4.0 1767225600000000000");
        assertThat(err.toString()).contains("no numbers in them: note")
                .contains("line 3: expected a time, found 'someday'")
                .contains("line 4: column 'v': expected a finite number, found 'NaN'")
                .contains("line 5: expected 4 cells, found 2")
                .contains("line 6: column 'v': expected a finite number, found '1f'")
                .contains("3 rows and 2 single cells");
    }

    @Test
    void waitsAndSendsAgainWhenTheServiceIsTooBusy() throws Exception {
        answers.add(new Answer(503, "0", "{\"message\":\"later\"}"));
        answers.add(new Answer(429, "0", "{\"message\":\"later\"}"));
        assertThat(replay(file("load.csv", CSV))).isZero();
        assertThat(lines).hasSize(2);
        assertThat(queries).hasSize(3);
    }

    @Test
    void reportsWhatTheServiceDidNotTake() throws Exception {
        answers.add(new Answer(422, "", "{\"code\":\"unprocessable entity\",\"message\":\"partial write: dropped=1\"}"));
        assertThat(replay(file("load.csv", CSV))).isZero();
        assertThat(err.toString()).contains("not taken by the service: partial write: dropped=1");
    }

    @Test
    void movesTheLastRowToNow() throws Exception {
        Instant before = Instant.now();
        assertThat(replay(file("load.csv", CSV), "--shift-to-now")).isZero();
        long last = Long.parseLong(lines.getLast().substring(lines.getLast().lastIndexOf(' ') + 1));
        long first = Long.parseLong(lines.getFirst().substring(lines.getFirst().lastIndexOf(' ') + 1));
        assertThat(Instant.ofEpochSecond(0, last)).isBetween(before, Instant.now());
        assertThat(last - first).isEqualTo(3_600_000_000_000L);
    }

    @Test
    void keepsThePaceAskedFor() throws Exception {
        assertThat(replay(file("load.csv", CSV), "--speed", "3600")).isZero();
        assertThat(lines).hasSize(2);
        assertThat(queries).as("the second row is due a second later, so it travels alone").hasSize(2);
    }

    @Test
    void saysThatThereIsNoFile() {
        assertThat(replay(folder.resolve("none.csv"))).isEqualTo(1);
        assertThat(err.toString()).contains("there is no file " + folder.resolve("none.csv"));
    }

    @Test
    void namesTheColumnsItFoundWhenTheTimeColumnIsMissing() throws Exception {
        assertThat(replay(file("load.csv", CSV), "--time-column", "when")).isEqualTo(1);
        assertThat(err.toString()).contains("expected the time column 'when', found the columns [date, a, b c]");
        assertThat(replay(file("other.csv", "x,y\n1,2\n"))).isEqualTo(1);
        assertThat(err.toString()).contains("found the columns [x, y]").contains("--time-column");
    }

    @Test
    void saysThatNothingInTheFileCanBeSent() throws Exception {
        assertThat(replay(file("empty.csv", ""))).isEqualTo(1);
        assertThat(replay(file("header.csv", "time,v\n"))).isEqualTo(1);
        assertThat(replay(file("words.csv", "time,v\n2026-01-01,much\n"))).isEqualTo(1);
        assertThat(replay(file("days.csv", "time,v\nMonday,1\n"))).isEqualTo(1);
        assertThat(err.toString()).contains("expected a header line")
                .contains("none after the header")
                .contains("expected numbers in at least one column")
                .contains("line 2: expected a time, found 'Monday'");
        assertThat(lines).isEmpty();
    }

    @Test
    void saysThatNobodyAnswers() throws Exception {
        int port = server.getAddress().getPort();
        server.stop(0);
        assertThat(replay(file("load.csv", CSV))).isEqualTo(1);
        assertThat(err.toString()).contains("no Longwave answers at http://127.0.0.1:" + port);
    }

    @Test
    void wrongOptionsAreWrongUsage() throws Exception {
        Path file = file("load.csv", CSV);
        assertThat(replay(file, "--speed", "-1")).isEqualTo(2);
        assertThat(replay(file, "--speed", "fast")).isEqualTo(2);
        assertThat(replay(file, "--zone", "Moon/Base")).isEqualTo(2);
        assertThat(replay(file, "--url", "ftp://x")).isEqualTo(2);
        assertThat(replay(file, "--measurement", "#3")).isEqualTo(2);
        assertThat(lines).isEmpty();
    }

    private int replay(Path file, String... options) {
        List<String> words = new ArrayList<>(List.of(file.toString()));
        if (!Arrays.asList(options).contains("--url")) {
            words.addAll(List.of("--url", "http://127.0.0.1:" + server.getAddress().getPort()));
        }
        words.addAll(Arrays.asList(options));
        CommandLine line = new CommandLine(new ReplayCommand()).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println(failure.getMessage());
            return 1;
        });
        return line.execute(words.toArray(String[]::new));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(new GZIPInputStream(exchange.getRequestBody()).readAllBytes(), StandardCharsets.UTF_8);
        queries.add(exchange.getRequestURI().getRawQuery());
        Answer answer = answers.isEmpty() ? new Answer(204, "", "") : answers.removeFirst();
        if (answer.status() == 204) {
            lines.addAll(body.lines().toList());
        }
        if (!answer.retryAfter().isEmpty()) {
            exchange.getResponseHeaders().add("Retry-After", answer.retryAfter());
        }
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static HttpServer start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
            server.start();
            return server;
        } catch (IOException e) {
            throw new AssertionError("no port for the fake service", e);
        }
    }
}
