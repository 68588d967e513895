package io.longwave.db.group;

import org.jspecify.annotations.Nullable;

/**
 * Which events of a group are asked for; null means no condition.
 *
 * @param group id
 * @param fromNanos events that last until here or longer
 * @param toNanos events that started before
 * @param minScore events whose peak scored at least this
 */
public record GroupAnomalyFilter(long group, @Nullable Long fromNanos, @Nullable Long toNanos, @Nullable Double minScore) {}
