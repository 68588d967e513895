package io.longwave.kernel;

import java.util.List;

import io.longwave.tensor.Tensor;

/**
 * One complete set of kernels and the memory they work on. Model code is written over this interface only; tensors of one set are never
 * passed to another. Kernels are safe for use by several threads as long as no two of them write the same tensor.
 */
public interface Kernels {

    /** Name of the arithmetic, for example {@code reference-float64}: equal names promise equal bits. */
    String numericProfile();

    /** Relative rounding unit of the arithmetic, 2^-24 for float32. */
    double roundingUnit();

    /** A new tensor of zeros. */
    Tensor zeros(int... dims);

    /** Copies numbers in. @throws IllegalArgumentException if the sizes differ */
    void upload(double[] source, Tensor target);

    /** Copies numbers in. @throws IllegalArgumentException if the sizes differ */
    void upload(float[] source, Tensor target);

    /** Copies numbers out. @throws IllegalArgumentException if the sizes differ */
    void download(Tensor source, double[] target);

    /** Copies numbers out, rounded where the arithmetic is wider. @throws IllegalArgumentException if the sizes differ */
    void download(Tensor source, float[] target);

    /** Sets every element. */
    void fill(Tensor target, double value);

    /** Sets every element of all of them to zero. */
    default void clear(List<Tensor> targets) {
        for (Tensor target : targets) {
            fill(target, 0);
        }
    }

    /** target = source, or target += source. */
    void copy(Tensor source, Tensor target, boolean accumulate);

    MatrixProduct matrixProduct();

    RowNormalization rowNormalization();

    CompanionRecurrence companionRecurrence();

    CausalConvolution causalConvolution();

    ActivatedLinear activatedLinear();

    WindowCentring windowCentring();

    RmseLoss rmseLoss();

    AdamW adamW();

    TapRegularization tapRegularization();

    DiagonalStep diagonalStep();

    SelectiveStep selectiveStep();

    VandermondeKernel vandermondeKernel();

    CauchyKernel cauchyKernel();

    Pointwise pointwise();

    GatedUnit gatedUnit();

    ChannelLinear channelLinear();

    ChannelNormalization channelNormalization();

    BatchNormalization batchNormalization();

    DropoutMask dropoutMask();

    TimePooling timePooling();

    SequenceLayout sequenceLayout();

    CrossEntropyLoss crossEntropyLoss();

    DeviationLoss deviationLoss();

    SelectiveScan selectiveScan();

    FourierTransform fourierTransform();

    LongConvolution longConvolution();

    DiagonalScan diagonalScan();

    SeriesLinear seriesLinear();

    SeriesConvolution seriesConvolution();

    GridScan gridScan();

    ColumnConvolution columnConvolution();

    SeriesActivation seriesActivation();

    ButterflyTransform butterflyTransform();

    SeriesMixing seriesMixing();

    FiniteStep finiteStep();

    DiagonalKernel diagonalKernel();

    LowRankSpectrum lowRankSpectrum();

    SoftmaxKernel softmaxKernel();

    /**
     * Kernel calls that will be made again and again. A set of kernels whose calls cost more to queue than to run may record them; by default they
     * are made one by one.
     *
     * @param calls of kernels of this set from the calling thread: the same ones each time, with the same numbers on the same tensors, and no upload
     *        or download
     */
    default KernelSequence sequence(Runnable calls) {
        return KernelSequence.of(calls);
    }

    /** A new tensor holding {@code values}. */
    default Tensor of(double[] values, int... dims) {
        Tensor tensor = zeros(dims);
        upload(values, tensor);
        return tensor;
    }

    /** A new tensor holding {@code values}. */
    default Tensor of(float[] values, int... dims) {
        Tensor tensor = zeros(dims);
        upload(values, tensor);
        return tensor;
    }

    /** A copy of the numbers. */
    default double[] toDoubles(Tensor tensor) {
        double[] values = new double[tensor.size()];
        download(tensor, values);
        return values;
    }

    /** A copy of the numbers. */
    default float[] toFloats(Tensor tensor) {
        float[] values = new float[tensor.size()];
        download(tensor, values);
        return values;
    }
}
