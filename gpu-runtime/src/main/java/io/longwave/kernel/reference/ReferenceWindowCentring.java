package io.longwave.kernel.reference;

import io.longwave.kernel.WindowCentring;
import io.longwave.tensor.Tensor;

final class ReferenceWindowCentring implements WindowCentring {

    @Override
    public void centre(Tensor windowsTensor, int lag, Offset kind, Tensor offsetTensor, Tensor centredTensor,
            Tensor pastTensor) {
        WindowCentring.check(windowsTensor, lag, offsetTensor, centredTensor, pastTensor);
        double[] windows = ReferenceTensor.of(windowsTensor);
        double[] offset = ReferenceTensor.of(offsetTensor);
        double[] centred = ReferenceTensor.of(centredTensor);
        double[] past = ReferenceTensor.of(pastTensor);
        int batch = windowsTensor.dim(0);
        int rows = windowsTensor.dim(1);
        int variates = windowsTensor.dim(2);
        for (int v = 0; v < variates; v++) {
            for (int b = 0; b < batch; b++) {
                double sum = 0;
                for (int t = 0; t < lag; t++) {
                    sum += windows[(b * rows + t) * variates + v];
                }
                double o = switch (kind) {
                    case MEAN -> sum / lag;
                    case LAST -> windows[(b * rows + lag - 1) * variates + v];
                    case NONE -> 0;
                };
                offset[v * batch + b] = o;
                for (int t = 0; t < rows; t++) {
                    centred[(v * batch + b) * rows + t] = windows[(b * rows + t) * variates + v] - o;
                    if (t < lag) {
                        past[(v * batch + b) * lag + t] = centred[(v * batch + b) * rows + t];
                    }
                }
            }
        }
    }

    @Override
    public void restore(Tensor forecastTensor, Tensor offsetTensor, Tensor outTensor) {
        WindowCentring.checkRestore(forecastTensor, offsetTensor, outTensor);
        double[] forecast = ReferenceTensor.of(forecastTensor);
        double[] offset = ReferenceTensor.of(offsetTensor);
        double[] out = ReferenceTensor.of(outTensor);
        int variates = forecastTensor.dim(0);
        int batch = forecastTensor.dim(1);
        int horizon = forecastTensor.dim(2);
        for (int v = 0; v < variates; v++) {
            for (int b = 0; b < batch; b++) {
                for (int h = 0; h < horizon; h++) {
                    out[(b * horizon + h) * variates + v] = forecast[(v * batch + b) * horizon + h] + offset[v * batch + b];
                }
            }
        }
    }
}
