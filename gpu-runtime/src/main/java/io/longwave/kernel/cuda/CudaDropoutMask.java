package io.longwave.kernel.cuda;

import io.longwave.kernel.Dropout;
import io.longwave.kernel.DropoutMask;
import io.longwave.kernel.Pointwise;
import io.longwave.tensor.Tensor;

/** {@link DropoutMask} by {@code dropout_mask.cu}. */
record CudaDropoutMask(Launcher launcher) implements DropoutMask {

    @Override
    public void apply(Dropout dropout, Tensor x, Tensor y, boolean accumulate) {
        Pointwise.check(x, y);
        launcher.launchOverQuads(x.size(), "dropout_mask_apply", x, y, (long) x.size(), dropout.key(), dropout.span(), dropout.threshold(),
                (float) dropout.scale(), accumulate);
    }
}
