package io.longwave.db.series;

/**
 * Where a page of series ended: its last series.
 *
 * @param display its display name; PostgreSQL lowers it, because other programs lower some letters differently
 * @param id breaks ties of equal names
 */
public record SeriesPosition(String display, long id) {}
