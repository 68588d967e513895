package io.longwave.standalone.sample;

import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.write.LineProtocol;
import io.longwave.standalone.write.WriteClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the generated signals through the public write endpoint for as long as the platform runs, twice a second. */
public final class SampleFeed implements AutoCloseable {

    /** Bucket the signals are written to. */
    public static final String BUCKET = "sample";

    static final long SEED = 2026;

    private static final Logger LOG = LoggerFactory.getLogger(SampleFeed.class);
    private static final Duration PULSE = Duration.ofMillis(500);
    private static final int LINES_A_BATCH = 2500;

    private final Clock clock;
    private final WriteClient client;
    private final SamplePosition position;
    private final List<SampleSchedule> schedules = new ArrayList<>();
    private final Thread thread;
    private boolean refusalLogged;

    private SampleFeed(URI ingest, Path dataDirectory, Clock clock) {
        this.clock = clock;
        this.client = new WriteClient(ingest, BUCKET, null, Duration.ofDays(365));
        this.position = SamplePosition.read(dataDirectory);
        for (SampleSignal signal : SampleSignal.all(SEED)) {
            long begin = position.begin(signal.measurement()).orElseGet(() -> SampleSchedule.firstBegin(signal, now()));
            schedules.add(new SampleSchedule(signal, begin));
        }
        this.thread = Thread.ofPlatform().daemon().name("sample-signals").unstarted(this::run);
    }

    /**
     * Starts to send.
     *
     * @param ingest address of ingest
     * @param dataDirectory keeps what has been sent, so that a restart goes on there
     * @throws CommandException if that record is damaged
     */
    public static SampleFeed start(URI ingest, Path dataDirectory, Clock clock) {
        SampleFeed feed = new SampleFeed(ingest, dataDirectory, clock);
        feed.thread.start();
        return feed;
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join(Duration.ofSeconds(2));
        client.close();
    }

    private void run() {
        try {
            while (true) {
                for (SampleSchedule schedule : schedules) {
                    catchUp(schedule);
                }
                Thread.sleep(PULSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CommandException | IOException e) {
            LOG.error("the generated signals are no longer sent", e);
        }
    }

    private void catchUp(SampleSchedule schedule) throws InterruptedException, IOException {
        String name = schedule.signal().measurement();
        long next = schedule.resume(position.next(name), now());
        long due = schedule.due(now());
        while (next < due) {
            long end = Math.min(due, next + LINES_A_BATCH);
            @Nullable
            String refused = client.write(lines(schedule, next, end));
            if (refused != null && !refusalLogged) {
                refusalLogged = true;
                LOG.warn("generated samples were refused: {}", refused);
            }
            // Only now: what is not known to be in the stream is sent again, and is then the same sample.
            position.store(name, schedule.beginNanos(), end);
            next = end;
        }
    }

    static List<String> lines(SampleSchedule schedule, long from, long to) {
        SampleSignal signal = schedule.signal();
        String head = LineProtocol.head(signal.measurement(), signal.tags());
        List<String> fields = signal.fields().stream().map(LineProtocol::field).toList();
        List<String> lines = new ArrayList<>((int) (to - from));
        for (long index = from; index < to; index++) {
            double[] values = schedule.values(index);
            StringBuilder line = new StringBuilder(96).append(head);
            for (int f = 0; f < values.length; f++) {
                // Four decimals: no sensor of these kinds has more.
                line.append(f == 0 ? ' ' : ',').append(fields.get(f)).append('=').append(String.format(Locale.ROOT, "%.4f", values[f]));
            }
            lines.add(line.append(' ').append(schedule.time(index)).toString());
        }
        return lines;
    }

    private long now() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
