package io.longwave.model.serving;

import io.longwave.model.anomaly.Incident;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint keeps of a series: version 3, then the value of its newest sample, samples since the last stored forecast, the open incident if there is one, and the
 * bytes of the model's state to the end. Big-endian. Version 2 had the same bytes and was never older than its series: a program that knows no other must not go on from this one.
 * Version 1 had no value. Both are still read.
 *
 * @param lastValue as it was written; NaN if it is not known
 * @param modelState owned by this record
 */
record SlotBytes(double lastValue, int sinceForecast, @Nullable Incident incident, byte[] modelState) {
    private static final byte VERSION = 3;
    private static final byte WITHOUT_VALUE = 1;
    private static final int HEAD = 1 + 8 + 4 + 1;
    private static final int INCIDENT = 3 * 8 + 3 * 8 + 2 * 4 + 2;

    byte[] write() {
        byte[] model = incident == null ? new byte[0] : incident.model().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(HEAD + (incident == null ? 0 : INCIDENT + model.length) + modelState.length);
        bytes.put(VERSION).putDouble(lastValue).putInt(sinceForecast).put((byte) (incident == null ? 0 : 1));
        if (incident != null) {
            bytes.putLong(incident.startTime()).putLong(incident.lastTime()).putLong(incident.peakTime());
            bytes.putDouble(incident.peakScore()).putDouble(incident.peakValue()).putDouble(incident.expected());
            bytes.putInt(incident.points()).putInt(incident.calm()).putShort((short) model.length).put(model);
        }
        return bytes.put(modelState).array();
    }

    /** @throws IllegalArgumentException if the bytes are not what {@link #write()} writes */
    static SlotBytes read(byte[] checkpoint) {
        ByteBuffer bytes = ByteBuffer.wrap(checkpoint);
        try {
            byte version = bytes.get();
            if (version < WITHOUT_VALUE || version > VERSION) {
                throw new IllegalArgumentException("checkpoint of a series: expected version 1 to " + VERSION + " but was " + version);
            }
            double lastValue = version == WITHOUT_VALUE ? Double.NaN : bytes.getDouble();
            int sinceForecast = bytes.getInt();
            Incident incident = bytes.get() == 0 ? null : incident(bytes);
            byte[] state = new byte[bytes.remaining()];
            bytes.get(state);
            return new SlotBytes(lastValue, sinceForecast, incident, state);
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            throw new IllegalArgumentException("checkpoint of a series: " + checkpoint.length + " bytes are too few", e);
        }
    }

    private static Incident incident(ByteBuffer bytes) {
        long start = bytes.getLong();
        long last = bytes.getLong();
        long peak = bytes.getLong();
        double score = bytes.getDouble();
        double value = bytes.getDouble();
        double expected = bytes.getDouble();
        int points = bytes.getInt();
        int calm = bytes.getInt();
        byte[] model = new byte[bytes.getShort()];
        bytes.get(model);
        return new Incident(new String(model, StandardCharsets.UTF_8), start, last, peak, score, value, expected, points, calm, false);
    }
}
