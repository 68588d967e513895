package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;

/**
 * c[n] = exp(πi n²/N) on the device, and its spectrum, for transforms of lengths that are not powers of two (Bluestein 1970).
 *
 * @param values c, [N] complex
 * @param spectrum of c[−N + 1..N − 1] in a transform of {@code size} numbers, divided by it, in the order the stages leave
 */
record Chirp(int size, DeviceMemory values, DeviceMemory spectrum) {

    static Chirp of(int n, Launcher launcher, LongRows longRows, int largest) {
        int size = RowPlan.sizeFor(Math.multiplyExact(2, n) - 1);
        float[] values = new float[2 * n];
        float[] re = new float[size];
        float[] im = new float[size];
        for (int i = 0; i < n; i++) {
            double angle = Math.PI * ((long) i * i % (2L * n)) / n;
            float cosine = (float) Math.cos(angle);
            float sine = (float) Math.sin(angle);
            values[2 * i] = cosine;
            values[2 * i + 1] = sine;
            int mirrored = i == 0 ? 0 : size - i;
            re[i] = cosine;
            im[i] = sine;
            re[mirrored] = cosine;
            im[mirrored] = sine;
        }
        DeviceMemory onDevice = launcher.scratch(values.length);
        launcher.device().upload(values, onDevice);
        DeviceMemory spectrum = launcher.scratch(2L * size);
        float share = 1f / size;
        if (size <= largest) {
            float[] both = new float[2 * size];
            for (int i = 0; i < size; i++) {
                both[2 * i] = re[i];
                both[2 * i + 1] = im[i];
            }
            launcher.device().upload(both, spectrum);
            launcher.launch("long_convolution_pass_spectrum", RowBlocks.over(1, size), spectrum, size, share);
            return new Chirp(size, onDevice, spectrum);
        }
        LongRows.Split split = longRows.split(size, 1);
        try (DeviceMemory reOnDevice = launcher.scratch(size); DeviceMemory imOnDevice = launcher.scratch(size)) {
            launcher.device().upload(re, reOnDevice);
            launcher.device().upload(im, imOnDevice);
            launcher.launch("fourier_pass_load", longRows.columns(split, 1), reOnDevice, imOnDevice, size, false, 1f, 1f, null, spectrum,
                    size, split.height(), split.width(), 0);
            longRows.spectrum(spectrum, split, 1, share);
        }
        return new Chirp(size, onDevice, spectrum);
    }
}
