package io.longwave.api.stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * {@code longwave.api.page.*}.
 *
 * @param writeUrl where people write line protocol, shown while there are no series; absent: the host of the page and the port after its own
 */
@ConfigurationProperties(value = "longwave.api.page", ignoreUnknownFields = false)
record PageSettings(@Nullable String writeUrl) {}
