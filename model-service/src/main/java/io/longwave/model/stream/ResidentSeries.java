package io.longwave.model.stream;

import io.longwave.model.serving.SeriesSlot;
import io.longwave.ssm.streaming.StreamingModel;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The series of a partition that are in memory, as the last committed batch left them; the others are read from the database when a sample comes. Changed by the partition's thread alone.
 */
final class ResidentSeries {
    private final ResidentMemory memory;
    private final StreamingModel usual;
    /** Least recently touched first; the partition's own view, so that readers never see the order change. */
    private final Map<String, SeriesSlot> slots = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, SeriesSlot> published = new ConcurrentHashMap<>();
    private long bytes;
    private boolean shares;

    /** @param usual model of most series */
    ResidentSeries(ResidentMemory memory, StreamingModel usual) {
        this.memory = memory;
        this.usual = usual;
    }

    void clear() {
        slots.clear();
        published.clear();
        bytes = 0;
        share();
    }

    /** Takes part in the sharing only while there is something in memory: a partition that is given up, whenever and however, leaves nothing behind. */
    private void share() {
        boolean holds = !slots.isEmpty();
        if (holds != shares) {
            shares = holds;
            if (holds) {
                memory.join();
            } else {
                memory.leave();
            }
        }
    }

    @Nullable
    SeriesSlot get(String key) {
        return slots.get(key);
    }

    /** The same for any thread. */
    Optional<SeriesSlot> published(String key) {
        return Optional.ofNullable(published.get(key));
    }

    void put(String key, SeriesSlot slot) {
        SeriesSlot before = slots.put(key, slot);
        bytes += bytes(key, slot) - (before == null ? 0 : bytes(key, before));
        published.put(key, slot);
        share();
    }

    void remove(String key) {
        SeriesSlot before = slots.remove(key);
        bytes -= before == null ? 0 : bytes(key, before);
        published.remove(key);
        share();
    }

    /** Lets go of the series that were not touched for longest, as many as there is no room for. */
    void makeRoom() {
        long share = memory.share();
        for (Iterator<Map.Entry<String, SeriesSlot>> eldest = slots.entrySet().iterator(); bytes > share && eldest.hasNext();) {
            Map.Entry<String, SeriesSlot> entry = eldest.next();
            bytes -= bytes(entry.getKey(), entry.getValue());
            published.remove(entry.getKey());
            eldest.remove();
        }
        share();
    }

    /** Bytes that the states of a transaction may take: half of what there is for all. */
    long mostBytesOfATransaction() {
        return memory.share() / 2;
    }

    /** Series that a transaction may bring into memory: half of those there is room for, by the size they have on average. */
    int mostOfATransaction() {
        long size = ResidentMemory.bytesOfSeries(usual, 0);
        if (!slots.isEmpty()) {
            size = Math.max(size, bytes / slots.size());
        }
        return (int) Math.clamp(mostBytesOfATransaction() / size, 1, Integer.MAX_VALUE);
    }

    private static long bytes(String key, SeriesSlot slot) {
        return ResidentMemory.bytesOfSeries(slot.model(), key.length());
    }
}
