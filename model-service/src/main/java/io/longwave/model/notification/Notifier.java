package io.longwave.model.notification;

import io.longwave.db.notification.Notifications;
import io.longwave.db.notification.Notifications.Pending;
import io.longwave.model.notification.Destination.RefusedException;
import io.longwave.model.notification.Events.Event;
import io.longwave.model.notification.NotificationProperties.Selection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;

/**
 * Tells destinations of anomalies, at least once, each from its own queue by its own thread, so that one that hangs keeps no other waiting. Instances share the queues. What a destination does not take now stays
 * in its queue, until it is too old to be told.
 */
final class Notifier implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
    private static final int SHARED_AT_ONCE = 1000;
    private static final int TOLD_AT_ONCE = 100;
    /** Longer than a request may take, and the halves of it that are tried when it is refused. */
    private static final Duration LEASE = Duration.ofMinutes(5);
    /** When an anomaly that does not last long enough to be told yet is looked at again. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration OTHERS_KEPT = Duration.ofDays(7);
    private static final long PATIENCE_SECONDS = 3;

    private final Notifications queues;
    private final Events events;
    private final NotificationProperties properties;
    private final InstantSource clock;
    private final List<Channel> channels;
    private final List<String> names;
    private final ScheduledExecutorService working;
    private volatile boolean stopping;

    Notifier(Notifications queues, Events events, NotificationProperties properties, List<Destination> destinations, InstantSource clock,
            MeterRegistry meters) {
        this.queues = queues;
        this.events = events;
        this.properties = properties;
        this.clock = clock;
        this.channels = destinations.stream().map(destination -> new Channel(destination, meters)).toList();
        this.names = destinations.stream().map(Destination::name).toList();
        this.working = Executors.newScheduledThreadPool(Math.max(1, destinations.size()),
                Thread.ofPlatform().daemon().name("notifications-", 0).factory());
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        long pause = properties.look().toMillis();
        working.execute(() -> guarded("what nobody will tell", () -> queues.deleteOthers(names, OTHERS_KEPT)));
        if (channels.isEmpty()) {
            working.scheduleWithFixedDelay(() -> guarded("changes", this::share), 0, pause, TimeUnit.MILLISECONDS);
        }
        for (Channel channel : channels) {
            working.scheduleWithFixedDelay(() -> guarded(channel.name, channel::work), 0, pause, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void destroy() throws InterruptedException {
        stopping = true;
        working.shutdown();
        if (!working.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            working.shutdownNow(); // what was taken is told by whoever is next
        }
        channels.forEach(channel -> channel.destination.close());
    }

    /** Thrown further, a failure would end all looks for good, and silently. */
    private static void guarded(String what, Runnable work) {
        try {
            work.run();
        } catch (DataAccessException e) {
            LOG.warn("notifications wait, {}: {}", what, e.toString());
        } catch (RuntimeException | Error e) {
            LOG.error("notifications wait, {}", what, e);
        }
    }

    private void share() {
        int shared = SHARED_AT_ONCE;
        while (shared == SHARED_AT_ONCE && !stopping) {
            shared = queues.share(names, SHARED_AT_ONCE);
        }
    }

    /** A destination with its queue. */
    private final class Channel {
        private final Destination destination;
        private final String name;
        private final Predicate<String> keys;
        private final Counter sent;
        private final Counter failed;
        private final Counter dropped;
        private final Counter past;
        private volatile double waiting;
        private Duration pause = Duration.ZERO;
        private long pausedAt;

        Channel(Destination destination, MeterRegistry meters) {
            this.destination = destination;
            this.name = destination.name();
            Selection only = destination.only();
            this.keys = only == null ? key -> true : only.keys();
            this.sent = counter(meters, "sent", "anomalies that the destination was told of, again and again while they last");
            this.failed = counter(meters, "failed", "attempts that failed and are made again");
            this.dropped = counter(meters, "dropped", "anomalies that the destination will not take");
            this.past = counter(meters, "past", "anomalies that the destination was not told of because they were long past");
            Gauge.builder("longwave.notifications.waiting", this, channel -> channel.waiting).tag("destination", name)
                    .description("anomalies that the destination is still to be told of").register(meters);
        }

        private Counter counter(MeterRegistry meters, String what, String description) {
            return Counter.builder("longwave.notifications." + what).tag("destination", name).description(description).register(meters);
        }

        void work() {
            if (System.nanoTime() - pausedAt < pause.toNanos()) {
                return;
            }
            try {
                share();
                List<Pending> taken;
                do {
                    taken = queues.take(name, TOLD_AT_ONCE, LEASE);
                    tell(taken);
                } while (taken.size() == TOLD_AT_ONCE && !stopping);
                pause = Duration.ZERO;
            } catch (IOException e) {
                failed.increment();
                rest(e);
            } catch (DataAccessException e) {
                rest(e);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            waiting = queues.waiting(name);
        }

        private void rest(Exception reason) {
            pause = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
            pausedAt = System.nanoTime();
            LOG.warn("{} is not told of anomalies for now, next attempt in {} s: {}", name, pause.toSeconds(), reason.toString());
        }

        private void tell(List<Pending> taken) throws IOException, InterruptedException {
            List<Pending> over = new ArrayList<>();
            List<Pending> early = new ArrayList<>();
            List<Told> told = new ArrayList<>();
            Instant oldest = clock.instant().minus(properties.maxAge());
            Selection only = destination.only();
            for (Pending pending : taken) {
                Event event = events.find(pending).orElse(null);
                if (event == null || only != null && event.keys().stream().noneMatch(keys)) {
                    over.add(pending);
                } else if (only != null && event.heard().isBefore(oldest)) {
                    past.increment();
                    over.add(pending);
                } else if (only == null || event.notice().points() >= only.minPoints() && event.notice().peakScore() >= only.minScore()) {
                    told.add(new Told(pending, event));
                } else {
                    (event.notice().ended() ? over : early).add(pending);
                }
            }
            queues.done(name, over);
            queues.again(name, early, LOOK_AGAIN);
            try {
                tellOrHalve(told);
            } catch (IOException | InterruptedException e) {
                queues.giveBack(name, taken); // those that it was told of have left the queue
                throw e;
            }
        }

        private record Told(Pending pending, Event event) {}

        /** One that the destination will not take keeps no other from it. */
        private void tellOrHalve(List<Told> told) throws IOException, InterruptedException {
            if (told.isEmpty()) {
                return;
            }
            try {
                destination.tell(told.stream().map(one -> one.event.notice()).toList());
                sent.increment(told.size());
                Duration repeat = destination.repeat();
                Predicate<Told> lasting = one -> repeat != null && !one.event.notice().ended();
                if (repeat != null) {
                    queues.again(name, pending(told, lasting), repeat);
                }
                queues.done(name, pending(told, lasting.negate()));
            } catch (RefusedException e) {
                if (told.size() == 1) {
                    Told one = told.getFirst();
                    LOG.warn("{} will not take anomaly {} of {}: {}", name, one.pending.anomaly(), one.event.notice().name(),
                            e.getMessage());
                    dropped.increment();
                    queues.done(name, List.of(one.pending));
                    return;
                }
                tellOrHalve(told.subList(0, told.size() / 2));
                tellOrHalve(told.subList(told.size() / 2, told.size()));
            }
        }

        private static List<Pending> pending(List<Told> told, Predicate<Told> which) {
            return told.stream().filter(which).map(Told::pending).toList();
        }
    }
}
