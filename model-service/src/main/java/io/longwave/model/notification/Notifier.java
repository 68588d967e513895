package io.longwave.model.notification;

import io.longwave.db.notification.Notifications;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration OTHERS_KEPT = Duration.ofDays(7);
    private static final long PATIENCE_SECONDS = 3;

    private final Notifications queues;
    private final Duration look;
    private final List<Channel> channels;
    private final List<String> names;
    private final ScheduledExecutorService working;
    private volatile boolean stopping;

    Notifier(Notifications queues, Duration look, List<Channel> channels) {
        this.queues = queues;
        this.look = look;
        this.channels = channels;
        this.names = channels.stream().map(Channel::name).toList();
        this.working = Executors.newScheduledThreadPool(1 + channels.size(),
                Thread.ofPlatform().daemon().name("notifications-", 0).factory());
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        regularly(look, new Worker("queues", this::share));
        regularly(Duration.ofHours(1), new Worker("queues of others", () -> queues.deleteOthers(names, OTHERS_KEPT)));
        channels.forEach(channel -> regularly(look, new Worker(channel.name(), () -> channel.tell(() -> stopping))));
    }

    private void regularly(Duration pause, Worker worker) {
        working.scheduleWithFixedDelay(worker, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void destroy() throws InterruptedException {
        stopping = true;
        working.shutdown();
        if (!working.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            working.shutdownNow(); // what was taken is given back, and told by whoever is next
            working.awaitTermination(1, TimeUnit.SECONDS);
        }
        channels.forEach(Channel::close);
    }

    private void share() {
        int shared = SHARED_AT_ONCE;
        while (shared == SHARED_AT_ONCE && !stopping) {
            shared = queues.share(names, SHARED_AT_ONCE);
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** Does its work again and again, later and later while that fails. */
    private static final class Worker implements Runnable {
        private final String name;
        private final Work work;
        private Duration pause = Duration.ZERO;
        private long pausedAt;

        Worker(String name, Work work) {
            this.name = name;
            this.work = work;
        }

        @Override
        public void run() {
            if (!pause.isZero() && System.nanoTime() - pausedAt < pause.toNanos()) {
                return;
            }
            try {
                work.run();
                pause = Duration.ZERO;
            } catch (IOException | DataAccessException e) {
                rest();
                LOG.warn("notifications wait for {} s, {}: {}", pause.toSeconds(), name, e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) { // thrown further, it would end all work for good, and silently
                rest();
                LOG.error("notifications wait for {} s, {}", pause.toSeconds(), name, e);
            }
        }

        private void rest() {
            pause = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
            pausedAt = System.nanoTime();
        }
    }
}
