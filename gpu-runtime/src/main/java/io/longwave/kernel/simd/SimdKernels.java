package io.longwave.kernel.simd;

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

/** All kernels in float32 with vector lanes and a pool of threads. */
public final class SimdKernels implements Kernels {
    private final WorkPool pool;
    private final MatrixProduct matrixProduct;
    private final RowNormalization rowNormalization = new SimdRowNormalization();
    private final CompanionRecurrence companionRecurrence;
    private final CausalConvolution causalConvolution;
    private final ActivatedLinear activatedLinear;
    private final WindowCentring windowCentring = new SimdWindowCentring();
    private final RmseLoss rmseLoss;
    private final AdamW adamW;
    private final TapRegularization tapRegularization;
    private final DiagonalStep diagonalStep;
    private final SelectiveStep selectiveStep;
    private final VandermondeKernel vandermondeKernel;
    private final CauchyKernel cauchyKernel;
    private final Pointwise pointwise;
    private final GatedUnit gatedUnit;
    private final ChannelLinear channelLinear;
    private final ChannelNormalization channelNormalization;
    private final BatchNormalization batchNormalization;
    private final DropoutMask dropoutMask;
    private final TimePooling timePooling;
    private final SequenceLayout sequenceLayout;
    private final CrossEntropyLoss crossEntropyLoss;
    private final DeviationLoss deviationLoss;
    private final SelectiveScan selectiveScan;
    private final FourierTransform fourierTransform;
    private final LongConvolution longConvolution;
    private final DiagonalScan diagonalScan;
    private final SeriesLinear seriesLinear = new SimdSeriesLinear();
    private final GridScan gridScan;
    private final ColumnConvolution columnConvolution;
    private final SeriesActivation seriesActivation = new SimdSeriesActivation();
    private final SeriesConvolution seriesConvolution;
    private final ButterflyTransform butterflyTransform;
    private final SeriesMixing seriesMixing = SeriesMixing.of(seriesLinear, seriesActivation);
    private final FiniteStep finiteStep = new SimdFiniteStep();
    private final DiagonalKernel diagonalKernel = new HostDiagonalKernel(this);
    private final LowRankSpectrum lowRankSpectrum = new HostLowRankSpectrum(this);
    private final SoftmaxKernel softmaxKernel = new HostSoftmaxKernel(this);

    /**
     * @param threads that share the work, the caller counted, at least 1; results do not depend on it
     */
    public SimdKernels(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: expected at least 1 but was " + threads);
        }
        this.pool = new WorkPool(threads);
        ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
        TransformPlans plans = new TransformPlans();
        SpectralConvolution spectral = new SpectralConvolution(pool, plans);
        this.matrixProduct = new SimdMatrixProduct(pool, scratch);
        this.companionRecurrence = new SimdCompanionRecurrence(pool, scratch);
        this.activatedLinear = new SimdActivatedLinear(pool, scratch);
        this.rmseLoss = new SimdRmseLoss(pool);
        this.tapRegularization = new SimdTapRegularization(pool, scratch);
        this.diagonalStep = new SimdDiagonalStep(scratch);
        this.selectiveStep = new SimdSelectiveStep(scratch);
        this.vandermondeKernel = new SimdVandermondeKernel(pool, scratch);
        this.cauchyKernel = new SimdCauchyKernel(pool);
        this.pointwise = new SimdPointwise(pool, scratch);
        this.adamW = new SimdAdamW(pointwise);
        this.gatedUnit = new SimdGatedUnit(pool);
        this.channelLinear = new SimdChannelLinear(pool, scratch);
        this.channelNormalization = new SimdChannelNormalization(pool, scratch);
        this.batchNormalization = new SimdBatchNormalization(pool, scratch);
        this.dropoutMask = new SimdDropoutMask(pool, scratch);
        this.timePooling = new SimdTimePooling(pool);
        this.sequenceLayout = new SimdSequenceLayout(pool);
        this.crossEntropyLoss = new SimdCrossEntropyLoss();
        this.deviationLoss = new SimdDeviationLoss(pool);
        this.selectiveScan = new SimdSelectiveScan(pool, scratch);
        this.fourierTransform = new SimdFourierTransform(pool, scratch, plans);
        this.diagonalScan = new SimdDiagonalScan(pool, scratch);
        this.gridScan = new SimdGridScan(pool);
        this.columnConvolution = new SimdColumnConvolution(pool, scratch);
        this.causalConvolution = new SimdCausalConvolution(pool, scratch, spectral);
        this.longConvolution = new RegularizedConvolution(this, new SimdLongConvolution(spectral));
        this.seriesConvolution = new SimdSeriesConvolution(scratch);
        this.butterflyTransform = new SimdButterflyTransform(pool, scratch);
    }

    /** What runs here, for a person. */
    public String description() {
        return MatrixTiles.LANES.vectorBitSize() + "-bit lanes, " + pool.threads() + (pool.threads() == 1 ? " thread" : " threads");
    }

    /** The lane width is part of the profile: sums over lanes are taken in another order on another width. */
    @Override
    public String numericProfile() {
        return "simd-float32-" + MatrixTiles.LANES.vectorBitSize();
    }

    @Override
    public double roundingUnit() {
        return 0x1p-24;
    }

    @Override
    public Tensor zeros(int... dims) {
        Shape shape = Shape.of(dims);
        return new SimdTensor(shape, new float[shape.size()]);
    }

    @Override
    public void upload(double[] source, Tensor target) {
        target.requireSize(source.length);
        float[] data = SimdTensor.of(target);
        for (int i = 0; i < source.length; i++) {
            data[i] = (float) source[i];
        }
    }

    @Override
    public void upload(float[] source, Tensor target) {
        target.requireSize(source.length);
        System.arraycopy(source, 0, SimdTensor.of(target), 0, source.length);
    }

    @Override
    public void download(Tensor source, double[] target) {
        source.requireSize(target.length);
        float[] data = SimdTensor.of(source);
        for (int i = 0; i < target.length; i++) {
            target[i] = data[i];
        }
    }

    @Override
    public void download(Tensor source, float[] target) {
        source.requireSize(target.length);
        System.arraycopy(SimdTensor.of(source), 0, target, 0, target.length);
    }

    @Override
    public void fill(Tensor target, double value) {
        Arrays.fill(SimdTensor.of(target), (float) value);
    }

    @Override
    public void copy(Tensor source, Tensor target, boolean accumulate) {
        target.requireSize(source.size());
        float[] from = SimdTensor.of(source);
        float[] to = SimdTensor.of(target);
        if (!accumulate) {
            System.arraycopy(from, 0, to, 0, to.length);
            return;
        }
        for (int i = 0; i < to.length; i++) {
            to[i] += from[i];
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
