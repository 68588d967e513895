package io.longwave.kernel.simd;

import io.longwave.kernel.WindowCentring;
import io.longwave.tensor.Tensor;

/** Plain loops, the mean summed in double. */
final class SimdWindowCentring implements WindowCentring {

    @Override
    public void centre(Tensor windowsTensor, int lag, Offset kind, Tensor offsetTensor, Tensor centredTensor, Tensor pastTensor) {
        WindowCentring.check(windowsTensor, lag, offsetTensor, centredTensor, pastTensor);
        float[] windows = SimdTensor.of(windowsTensor);
        float[] offset = SimdTensor.of(offsetTensor);
        float[] centred = SimdTensor.of(centredTensor);
        float[] past = SimdTensor.of(pastTensor);
        int batch = windowsTensor.dim(0);
        int rows = windowsTensor.dim(1);
        int variates = windowsTensor.dim(2);
        for (int v = 0; v < variates; v++) {
            for (int b = 0; b < batch; b++) {
                int in = b * rows * variates + v;
                float o = switch (kind) {
                    case MEAN -> mean(windows, in, variates, lag);
                    case LAST -> windows[in + (lag - 1) * variates];
                    case NONE -> 0;
                };
                int out = v * batch + b;
                offset[out] = o;
                for (int t = 0; t < rows; t++) {
                    centred[out * rows + t] = windows[in + t * variates] - o;
                }
                System.arraycopy(centred, out * rows, past, out * lag, lag);
            }
        }
    }

    private static float mean(float[] windows, int at, int stride, int count) {
        double sum = 0;
        for (int t = 0; t < count; t++) {
            sum += windows[at + t * stride];
        }
        return (float) (sum / count);
    }

    @Override
    public void restore(Tensor forecastTensor, Tensor offsetTensor, Tensor outTensor) {
        WindowCentring.checkRestore(forecastTensor, offsetTensor, outTensor);
        float[] forecast = SimdTensor.of(forecastTensor);
        float[] offset = SimdTensor.of(offsetTensor);
        float[] out = SimdTensor.of(outTensor);
        int variates = forecastTensor.dim(0);
        int batch = forecastTensor.dim(1);
        int horizon = forecastTensor.dim(2);
        for (int v = 0; v < variates; v++) {
            for (int b = 0; b < batch; b++) {
                int row = v * batch + b;
                for (int h = 0; h < horizon; h++) {
                    out[(b * horizon + h) * variates + v] = forecast[row * horizon + h] + offset[row];
                }
            }
        }
    }
}
