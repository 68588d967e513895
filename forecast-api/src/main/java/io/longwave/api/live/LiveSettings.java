package io.longwave.api.live;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code longwave.api.live.*}.
 *
 * @param maxClients how many streams may be open; one more is answered 503
 * @param minInterval shortest time between two looks at the database for one stream; commits in between are answered together
 * @param heartbeat longest silence of a stream, and time between two looks while the database does not announce commits
 */
@ConfigurationProperties(value = "longwave.api.live", ignoreUnknownFields = false)
record LiveSettings(@DefaultValue("100") int maxClients, @DefaultValue("250ms") Duration minInterval,
        @DefaultValue("2s") Duration heartbeat) {}
