package io.longwave.kernel.cuda;

import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.WindowCentring;
import io.longwave.tensor.Tensor;

/** {@link WindowCentring} by {@code window_centring.cu}. */
record CudaWindowCentring(Launcher launcher) implements WindowCentring {
    /** Threads of a block that takes means, and the most variates of one. */
    private static final int VARIATES = 128;

    @Override
    public void centre(Tensor windows, int lag, Offset kind, Tensor offset, Tensor centred, Tensor past) {
        WindowCentring.check(windows, lag, offset, centred, past);
        int batch = windows.dim(0);
        int rows = windows.dim(1);
        int variates = windows.dim(2);
        switch (kind) {
            case MEAN -> launcher.launch("window_centring_means",
                    LaunchShape.of(batch * Launcher.ceilDiv(variates, VARIATES), VARIATES), windows, batch, rows, variates, lag, offset);
            case LAST -> launcher.launchOver(offset.size(), "window_centring_last", windows, batch, rows, variates, lag, offset);
            case NONE -> launcher.device().clear(CudaTensor.of(offset));
        }
        launcher.launch("window_centring_centre", LaunchShapes.turned(batch, rows, variates), windows, offset, centred, past, batch, rows,
                variates, lag);
    }

    @Override
    public void restore(Tensor forecast, Tensor offset, Tensor out) {
        WindowCentring.checkRestore(forecast, offset, out);
        int variates = forecast.dim(0);
        int batch = forecast.dim(1);
        int horizon = forecast.dim(2);
        launcher.launch("window_centring_restore", LaunchShapes.turned(batch, variates, horizon), forecast, offset, out, batch, horizon,
                variates);
    }
}
