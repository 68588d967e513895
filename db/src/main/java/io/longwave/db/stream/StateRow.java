package io.longwave.db.stream;

/**
 * Checkpoint of one series. Points of the series with a later time than {@code lastTime} are those that its model has seen since, in the order of their times.
 *
 * @param asOf offset of the first record of the partition that the state has not seen
 * @param model id of the model whose state it is
 * @param format version of the bytes
 * @param profile numeric profile whose bits the state carries
 * @param lastTime time of the last sample the state has seen
 * @param state owned by this record
 */
public record StateRow(long seriesId, int partition, long asOf, long epoch, String model, int format, String profile, long lastTime,
        byte[] state) {}
