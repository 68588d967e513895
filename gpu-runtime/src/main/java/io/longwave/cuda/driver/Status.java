package io.longwave.cuda.driver;

import io.longwave.cuda.CudaException;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** Result codes of the driver. */
final class Status {
    private Status() {}

    /** @throws CudaException that names the call and the driver's reason, unless {@code code} is success */
    static void require(int code, String call) {
        if (code != CUresult.CUDA_SUCCESS) {
            throw new CudaException(call + " failed: " + describe(code));
        }
    }

    static String describe(int code) {
        String[] text = new String[1];
        JCudaDriver.cuGetErrorString(code, text);
        return CUresult.stringFor(code) + (text[0] == null ? "" : ", " + text[0]);
    }
}
