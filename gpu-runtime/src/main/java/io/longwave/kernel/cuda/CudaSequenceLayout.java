package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.SequenceLayout;
import io.longwave.tensor.Tensor;

/** {@link SequenceLayout} by {@code sequence_layout.cu}. */
record CudaSequenceLayout(Launcher launcher) implements SequenceLayout {

    @Override
    public void toChannels(Tensor rows, int @Nullable [] lengths, int patch, @Nullable Tensor mean, @Nullable Tensor scale, Tensor out) {
        SequenceLayout.checkPatches(rows, patch, out);
        if (lengths == null) {
            toChannels(rows, (DeviceMemory) null, patch, mean, scale, out);
            return;
        }
        try (DeviceMemory counts = launcher.integers(lengths)) {
            toChannels(rows, counts, patch, mean, scale, out);
        }
    }

    private void toChannels(Tensor rows, @Nullable DeviceMemory lengths, int patch, @Nullable Tensor mean, @Nullable Tensor scale,
            Tensor out) {
        int variates = rows.dim(2);
        int steps = out.dim(2);
        launcher.launch("sequence_layout_to_channels", LaunchShapes.turned(rows.dim(0) * patch, steps, variates), rows, lengths, mean,
                scale, out, rows.dim(0), rows.dim(1), variates, patch, steps);
    }

    @Override
    public void toRows(Tensor x, int patch, Tensor rows) {
        SequenceLayout.checkPatches(rows, patch, x);
        int variates = rows.dim(2);
        int steps = x.dim(2);
        launcher.launch("sequence_layout_to_rows", LaunchShapes.turned(rows.dim(0) * patch, variates, steps), x, rows, rows.dim(0),
                rows.dim(1), variates, patch, steps);
    }

    @Override
    public void transpose(Tensor x, Tensor out, boolean accumulate) {
        SequenceLayout.checkTransposed(x, out);
        launcher.launch("sequence_layout_transpose", LaunchShapes.turned(x.dim(0), x.dim(1), x.dim(2)), x, out, x.dim(1), x.dim(2),
                accumulate);
    }

    @Override
    public void slice(Tensor x, int from, Tensor out) {
        SequenceLayout.checkSlice(x, from, out);
        launcher.launchOver(out.size(), "sequence_layout_slice", x, x.dim(-1), from, out, out.dim(-1), out.size());
    }

    @Override
    public void unslice(Tensor out, int from, Tensor x, boolean accumulate) {
        SequenceLayout.checkSlice(x, from, out);
        launcher.launchOver(x.size(), "sequence_layout_unslice", out, out.dim(-1), from, x, x.dim(-1), x.size(), accumulate);
    }
}
