package io.longwave.model.notification;

import io.longwave.db.notification.Notifications;
import io.longwave.db.notification.Notifications.Pending;
import io.longwave.db.notification.Notifications.Taken;
import io.longwave.model.notification.Destination.RefusedException;
import io.longwave.model.notification.Events.Event;
import io.longwave.model.notification.NotificationProperties.Selection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** A destination with its queue. */
final class Channel {
    private static final Logger LOG = LoggerFactory.getLogger(Channel.class);
    private static final int TOLD_AT_ONCE = 100;
    private static final Duration LEASE = Duration.ofMinutes(5);
    /** No request is begun later: one takes {@link NotificationProperties#timeout()} at most, Kafka half a minute. */
    private static final Duration TELLING = Duration.ofMinutes(4);
    /** When an anomaly that does not last long enough to be told yet is looked at again. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    /** Of single anomalies, after which no more is tried where nothing was taken. */
    private static final int ENOUGH_REFUSALS = 10;
    private static final Duration LATEST_LOOK = Duration.ofHours(1);

    private final Destination destination;
    private final String name;
    private final Notifications queues;
    private final Events events;
    private final Duration maxAge;
    private final InstantSource clock;
    private final Counter sent;
    private final Counter failed;
    private final Counter dropped;
    private final Counter past;
    private volatile double waiting;
    private boolean begun;
    /** Whether it took something last: otherwise a refusal says more of the settings than of an anomaly. */
    private boolean taking;

    /** @param maxAge as {@link NotificationProperties#maxAge()} */
    Channel(Destination destination, Notifications queues, Events events, Duration maxAge, InstantSource clock, MeterRegistry meters) {
        this.destination = destination;
        this.name = destination.name();
        this.queues = queues;
        this.events = events;
        this.maxAge = maxAge;
        this.clock = clock;
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

    String name() {
        return name;
    }

    void close() {
        destination.close();
    }

    /** Tells what is due. @throws IOException if the destination does not take it now; it stays due */
    void tell(BooleanSupplier stopping) throws IOException, InterruptedException {
        if (!begun) {
            queues.shareLasting(name);
            begun = true;
        }
        waiting = queues.waiting(name);
        if (waiting == 0) {
            return;
        }
        try {
            int most = TOLD_AT_ONCE;
            while (most == TOLD_AT_ONCE && !stopping.getAsBoolean()) {
                Taken taken = queues.take(name, TOLD_AT_ONCE, LEASE);
                most = taken.anomalies().size();
                new Round(taken).tell();
            }
        } catch (IOException e) {
            failed.increment();
            throw e;
        }
        waiting = queues.waiting(name);
    }

    private record Told(Pending pending, Event event) {}

    private record Refused(Told told, String answer) {}

    /** What is told of what was taken at once. */
    private final class Round {
        private final Taken taken;
        private final long latest = System.nanoTime() + TELLING.toNanos();
        private final List<Refused> refused = new ArrayList<>();
        private boolean took;

        Round(Taken taken) {
            this.taken = taken;
        }

        void tell() throws IOException, InterruptedException {
            try {
                tellOrHalve(due());
                if (!took && (refused.size() > 1 || !refused.isEmpty() && !taking)) {
                    throw noneTaken();
                }
                if (taking) {
                    refused.forEach(this::drop);
                } else { // it has just begun to take anything: perhaps in the midst of this
                    queues.again(taken, refused.stream().map(one -> one.told.pending).toList(), Duration.ZERO);
                }
                if (took || !refused.isEmpty()) {
                    taking = took;
                }
            } catch (IOException | InterruptedException | RuntimeException e) {
                if (e instanceof InterruptedException) {
                    Thread.interrupted(); // the database is to be asked once more
                }
                giveBack(e);
                throw e;
            }
        }

        private IOException noneTaken() {
            return new IOException("none is taken, so it is hardly an anomaly that is at fault: " + refused.getFirst().answer);
        }

        /** Those of which it was told are not leased any more; those that it refused go behind the others. */
        private void giveBack(Exception reason) {
            try {
                queues.again(taken, refused.stream().map(one -> one.told.pending).toList(), Duration.ZERO);
                queues.giveBack(taken, taken.anomalies());
            } catch (DataAccessException e) {
                reason.addSuppressed(e); // the lease ends by itself
            }
        }

        /** One that lasts stays in the queue for what becomes of it, and so that it is not taken for a new one at the next start. */
        private void drop(Refused one) {
            Pending pending = one.told.pending;
            LOG.warn("{} does not take anomaly {} of {}: {}", name, pending.anomaly(), one.told.event.notice().name(), one.answer);
            dropped.increment();
            if (one.told.event.notice().ended()) {
                queues.done(taken, List.of(pending));
            } else {
                queues.told(taken, List.of(pending), null);
            }
        }

        /** Those that are to be told now; the others are looked at later or never again. */
        private List<Told> due() {
            List<Told> due = new ArrayList<>();
            for (Pending pending : taken.anomalies()) {
                Event event;
                try {
                    event = events.find(pending).orElse(null);
                } catch (DataAccessException e) {
                    throw e;
                } catch (RuntimeException e) {
                    LOG.error("anomaly {} cannot be told to {}", pending.anomaly(), name, e);
                    dropped.increment();
                    queues.done(taken, List.of(pending));
                    continue;
                }
                if (event == null || !isWanted(event)) {
                    queues.done(taken, List.of(pending));
                } else if (isDue(pending, event)) {
                    due.add(new Told(pending, event));
                }
            }
            return due;
        }

        private boolean isWanted(Event event) {
            Selection only = destination.only();
            return only == null || only.wants(event.keys());
        }

        private boolean isDue(Pending pending, Event event) {
            Selection only = destination.only();
            boolean ended = event.notice().ended();
            if (!ended && pending.told() && destination.repeat() == null) { // noted after it was told as one that lasts
                queues.told(taken, List.of(pending), null);
                return false;
            }
            if (only == null || ended && pending.told()) { // what has begun ends, however late that is said
                return true;
            }
            Duration age = Duration.between(event.heard(), clock.instant());
            boolean old = age.compareTo(maxAge) > 0;
            boolean enough = event.notice().points() >= only.minPoints() && event.notice().peakScore() >= only.minScore();
            if (!old && enough) {
                return true;
            }
            if (!ended) {
                // Its series may be behind and catch up, or go on after a pause: the longer it lies back, the later it is looked at again.
                queues.again(taken, List.of(pending), old ? lookAgain(age) : LOOK_AGAIN);
            } else {
                if (old) {
                    past.increment();
                }
                queues.done(taken, List.of(pending));
            }
            return false;
        }

        private static Duration lookAgain(Duration age) {
            Duration tenth = age.dividedBy(10);
            return tenth.compareTo(LATEST_LOOK) > 0 ? LATEST_LOOK : tenth.plus(LOOK_AGAIN);
        }

        /** One that the destination will not take keeps no other from it. */
        private void tellOrHalve(List<Told> told) throws IOException, InterruptedException {
            if (told.isEmpty()) {
                return;
            }
            if (System.nanoTime() - latest > 0) {
                throw new IOException("so slow that the rest is told later");
            }
            try {
                destination.tell(told.stream().map(one -> one.event.notice()).toList());
            } catch (RefusedException | RuntimeException e) {
                if (told.size() == 1) {
                    refused.add(
                            new Refused(told.getFirst(), e instanceof RefusedException ? String.valueOf(e.getMessage()) : e.toString()));
                    if (!took && refused.size() >= ENOUGH_REFUSALS) {
                        throw noneTaken();
                    }
                } else {
                    tellOrHalve(told.subList(0, told.size() / 2));
                    tellOrHalve(told.subList(told.size() / 2, told.size()));
                }
                return;
            }
            took = true;
            sent.increment(told.size());
            Predicate<Told> ended = one -> one.event.notice().ended();
            queues.done(taken, pending(told, ended));
            queues.told(taken, pending(told, ended.negate()), destination.repeat());
        }

        private static List<Pending> pending(List<Told> told, Predicate<Told> which) {
            return told.stream().filter(which).map(Told::pending).toList();
        }
    }
}
