package io.longwave.kernel.reference;

import java.util.Arrays;

import io.longwave.kernel.ActivatedLinear;
import io.longwave.kernel.AdamW;
import io.longwave.kernel.BatchNormalization;
import io.longwave.kernel.ButterflyTransform;
import io.longwave.kernel.CauchyKernel;
import io.longwave.kernel.CausalConvolution;
import io.longwave.kernel.ChannelLinear;
import io.longwave.kernel.ChannelNormalization;
import io.longwave.kernel.ColumnConvolution;
import io.longwave.kernel.CompanionRecurrence;
import io.longwave.kernel.CrossEntropyLoss;
import io.longwave.kernel.DeviationLoss;
import io.longwave.kernel.DiagonalKernel;
import io.longwave.kernel.DiagonalScan;
import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.DropoutMask;
import io.longwave.kernel.FiniteStep;
import io.longwave.kernel.FourierTransform;
import io.longwave.kernel.GatedUnit;
import io.longwave.kernel.GridScan;
import io.longwave.kernel.HostDiagonalKernel;
import io.longwave.kernel.HostLowRankSpectrum;
import io.longwave.kernel.HostSoftmaxKernel;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.LongConvolution;
import io.longwave.kernel.LowRankSpectrum;
import io.longwave.kernel.MatrixProduct;
import io.longwave.kernel.Pointwise;
import io.longwave.kernel.RegularizedConvolution;
import io.longwave.kernel.RmseLoss;
import io.longwave.kernel.RowNormalization;
import io.longwave.kernel.SelectiveScan;
import io.longwave.kernel.SelectiveStep;
import io.longwave.kernel.SequenceLayout;
import io.longwave.kernel.SeriesActivation;
import io.longwave.kernel.SeriesConvolution;
import io.longwave.kernel.SeriesLinear;
import io.longwave.kernel.SeriesMixing;
import io.longwave.kernel.SoftmaxKernel;
import io.longwave.kernel.TapRegularization;
import io.longwave.kernel.TimePooling;
import io.longwave.kernel.VandermondeKernel;
import io.longwave.kernel.WindowCentring;
import io.longwave.tensor.Shape;
import io.longwave.tensor.Tensor;

/** All kernels in float64 on one thread. */
public final class ReferenceKernels implements Kernels {
    private final MatrixProduct matrixProduct = new ReferenceMatrixProduct();
    private final RowNormalization rowNormalization = new ReferenceRowNormalization();
    private final CompanionRecurrence companionRecurrence = new ReferenceCompanionRecurrence();
    private final CausalConvolution causalConvolution = new ReferenceCausalConvolution();
    private final ActivatedLinear activatedLinear = new ReferenceActivatedLinear();
    private final WindowCentring windowCentring = new ReferenceWindowCentring();
    private final RmseLoss rmseLoss = new ReferenceRmseLoss();
    private final AdamW adamW = new ReferenceAdamW();
    private final TapRegularization tapRegularization = new ReferenceTapRegularization();
    private final DiagonalStep diagonalStep = new ReferenceDiagonalStep();
    private final SelectiveStep selectiveStep = new ReferenceSelectiveStep();
    private final VandermondeKernel vandermondeKernel = new ReferenceVandermondeKernel();
    private final CauchyKernel cauchyKernel = new ReferenceCauchyKernel();
    private final Pointwise pointwise = new ReferencePointwise();
    private final GatedUnit gatedUnit = new ReferenceGatedUnit();
    private final ChannelLinear channelLinear = new ReferenceChannelLinear();
    private final ChannelNormalization channelNormalization = new ReferenceChannelNormalization();
    private final BatchNormalization batchNormalization = new ReferenceBatchNormalization();
    private final DropoutMask dropoutMask = new ReferenceDropoutMask();
    private final TimePooling timePooling = new ReferenceTimePooling();
    private final SequenceLayout sequenceLayout = new ReferenceSequenceLayout();
    private final CrossEntropyLoss crossEntropyLoss = new ReferenceCrossEntropyLoss();
    private final DeviationLoss deviationLoss = new ReferenceDeviationLoss();
    private final SelectiveScan selectiveScan = new ReferenceSelectiveScan();
    private final FourierTransform fourierTransform = new ReferenceFourierTransform();
    private final LongConvolution longConvolution = new RegularizedConvolution(this, new ReferenceLongConvolution());
    private final DiagonalScan diagonalScan = new ReferenceDiagonalScan();
    private final SeriesLinear seriesLinear = new ReferenceSeriesLinear();
    private final SeriesConvolution seriesConvolution = new ReferenceSeriesConvolution();
    private final GridScan gridScan = new ReferenceGridScan();
    private final ColumnConvolution columnConvolution = new ReferenceColumnConvolution();
    private final SeriesActivation seriesActivation = new ReferenceSeriesActivation();
    private final ButterflyTransform butterflyTransform = new ReferenceButterflyTransform();
    private final SeriesMixing seriesMixing = SeriesMixing.of(seriesLinear, seriesActivation);
    private final FiniteStep finiteStep = new ReferenceFiniteStep();
    private final DiagonalKernel diagonalKernel = new HostDiagonalKernel(this);
    private final LowRankSpectrum lowRankSpectrum = new HostLowRankSpectrum(this);
    private final SoftmaxKernel softmaxKernel = new HostSoftmaxKernel(this);

    @Override
    public String numericProfile() {
        return "reference-float64";
    }

    @Override
    public double roundingUnit() {
        return 0x1p-53;
    }

    @Override
    public Tensor zeros(int... dims) {
        Shape shape = Shape.of(dims);
        return new ReferenceTensor(shape, new double[shape.size()]);
    }

    @Override
    public void upload(double[] source, Tensor target) {
        target.requireSize(source.length);
        System.arraycopy(source, 0, ReferenceTensor.of(target), 0, source.length);
    }

    @Override
    public void upload(float[] source, Tensor target) {
        target.requireSize(source.length);
        double[] data = ReferenceTensor.of(target);
        for (int i = 0; i < source.length; i++) {
            data[i] = source[i];
        }
    }

    @Override
    public void download(Tensor source, double[] target) {
        source.requireSize(target.length);
        System.arraycopy(ReferenceTensor.of(source), 0, target, 0, target.length);
    }

    @Override
    public void download(Tensor source, float[] target) {
        source.requireSize(target.length);
        double[] data = ReferenceTensor.of(source);
        for (int i = 0; i < target.length; i++) {
            target[i] = (float) data[i];
        }
    }

    @Override
    public void fill(Tensor target, double value) {
        Arrays.fill(ReferenceTensor.of(target), value);
    }

    @Override
    public void copy(Tensor source, Tensor target, boolean accumulate) {
        target.requireSize(source.size());
        double[] from = ReferenceTensor.of(source);
        double[] to = ReferenceTensor.of(target);
        for (int i = 0; i < to.length; i++) {
            to[i] = accumulate ? to[i] + from[i] : from[i];
        }
    }

    @Override
    public MatrixProduct matrixProduct() {
        return matrixProduct;
    }

    @Override
    public RowNormalization rowNormalization() {
        return rowNormalization;
    }

    @Override
    public CompanionRecurrence companionRecurrence() {
        return companionRecurrence;
    }

    @Override
    public CausalConvolution causalConvolution() {
        return causalConvolution;
    }

    @Override
    public ActivatedLinear activatedLinear() {
        return activatedLinear;
    }

    @Override
    public WindowCentring windowCentring() {
        return windowCentring;
    }

    @Override
    public RmseLoss rmseLoss() {
        return rmseLoss;
    }

    @Override
    public AdamW adamW() {
        return adamW;
    }

    @Override
    public TapRegularization tapRegularization() {
        return tapRegularization;
    }

    @Override
    public DiagonalStep diagonalStep() {
        return diagonalStep;
    }

    @Override
    public SelectiveStep selectiveStep() {
        return selectiveStep;
    }

    @Override
    public VandermondeKernel vandermondeKernel() {
        return vandermondeKernel;
    }

    @Override
    public CauchyKernel cauchyKernel() {
        return cauchyKernel;
    }

    @Override
    public Pointwise pointwise() {
        return pointwise;
    }

    @Override
    public GatedUnit gatedUnit() {
        return gatedUnit;
    }

    @Override
    public ChannelLinear channelLinear() {
        return channelLinear;
    }

    @Override
    public ChannelNormalization channelNormalization() {
        return channelNormalization;
    }

    @Override
    public BatchNormalization batchNormalization() {
        return batchNormalization;
    }

    @Override
    public DropoutMask dropoutMask() {
        return dropoutMask;
    }

    @Override
    public TimePooling timePooling() {
        return timePooling;
    }

    @Override
    public SequenceLayout sequenceLayout() {
        return sequenceLayout;
    }

    @Override
    public CrossEntropyLoss crossEntropyLoss() {
        return crossEntropyLoss;
    }

    @Override
    public DeviationLoss deviationLoss() {
        return deviationLoss;
    }

    @Override
    public SelectiveScan selectiveScan() {
        return selectiveScan;
    }

    @Override
    public FourierTransform fourierTransform() {
        return fourierTransform;
    }

    @Override
    public LongConvolution longConvolution() {
        return longConvolution;
    }

    @Override
    public DiagonalScan diagonalScan() {
        return diagonalScan;
    }

    @Override
    public SeriesLinear seriesLinear() {
        return seriesLinear;
    }

    @Override
    public SeriesConvolution seriesConvolution() {
        return seriesConvolution;
    }

    @Override
    public GridScan gridScan() {
        return gridScan;
    }

    @Override
    public ColumnConvolution columnConvolution() {
        return columnConvolution;
    }

    @Override
    public SeriesActivation seriesActivation() {
        return seriesActivation;
    }

    @Override
    public ButterflyTransform butterflyTransform() {
        return butterflyTransform;
    }

    @Override
    public SeriesMixing seriesMixing() {
        return seriesMixing;
    }

    @Override
    public FiniteStep finiteStep() {
        return finiteStep;
    }

    @Override
    public DiagonalKernel diagonalKernel() {
        return diagonalKernel;
    }

    @Override
    public LowRankSpectrum lowRankSpectrum() {
        return lowRankSpectrum;
    }

    @Override
    public SoftmaxKernel softmaxKernel() {
        return softmaxKernel;
    }
}
