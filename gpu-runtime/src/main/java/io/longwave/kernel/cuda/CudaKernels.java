package io.longwave.kernel.cuda;

import java.util.List;
import java.util.stream.IntStream;

import io.longwave.cuda.CudaDevice;
import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.PointerTable;
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
import io.longwave.kernel.KernelSequence;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.LongConvolution;
import io.longwave.kernel.LowRankSpectrum;
import io.longwave.kernel.MatrixProduct;
import io.longwave.kernel.Pointwise;
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

/** All kernels in float32 on a CUDA device. */
public final class CudaKernels implements Kernels {
    private final CudaDevice device;
    private final Launcher launcher;
    private final ConvolutionPrecision precision;
    private final GatedUnit gatedUnit;
    private final DiagonalStep diagonalStep;
    private final SelectiveStep selectiveStep;
    private final SeriesLinear seriesLinear;
    private final SeriesConvolution seriesConvolution;
    private final SeriesActivation seriesActivation;
    private final DiagonalScan diagonalScan;
    private final VandermondeKernel vandermondeKernel;
    private final CauchyKernel cauchyKernel;
    private final CausalConvolution causalConvolution;
    private final TapRegularization tapRegularization;
    private final FourierTransform fourierTransform;
    private final LongConvolution longConvolution;
    private final CudaMatrixProduct matrixProduct;
    private final RowNormalization rowNormalization;
    private final ActivatedLinear activatedLinear;
    private final WindowCentring windowCentring;
    private final RmseLoss rmseLoss;
    private final AdamW adamW;
    private final Pointwise pointwise;
    private final ChannelLinear channelLinear;
    private final ChannelNormalization channelNormalization;
    private final BatchNormalization batchNormalization;
    private final DropoutMask dropoutMask;
    private final TimePooling timePooling;
    private final SequenceLayout sequenceLayout;
    private final CrossEntropyLoss crossEntropyLoss;
    private final DeviationLoss deviationLoss;
    private final SelectiveScan selectiveScan;
    private final ColumnConvolution columnConvolution;
    private final CompanionRecurrence companionRecurrence;
    private final GridScan gridScan;
    private final ButterflyTransform butterflyTransform;
    private final SeriesMixing seriesMixing;
    private final FiniteStep finiteStep;
    private final DiagonalKernel diagonalKernel;
    private final LowRankSpectrum lowRankSpectrum;
    private final SoftmaxKernel softmaxKernel;

    public CudaKernels(CudaDevice device) {
        this(device, ConvolutionPrecision.FLOAT32);
    }

    /** @param precision of long convolutions; names the numeric profile */
    public CudaKernels(CudaDevice device, ConvolutionPrecision precision) {
        this(device, Ways.of(device.properties()).withPrecision(precision));
    }

    CudaKernels(CudaDevice device, Ways ways) {
        this.device = device;
        this.precision = ways.precision();
        this.launcher = new Launcher(device);
        this.gatedUnit = new CudaGatedUnit(launcher);
        this.diagonalStep = new CudaDiagonalStep(launcher);
        this.selectiveStep = new CudaSelectiveStep(launcher);
        this.seriesLinear = new CudaSeriesLinear(launcher);
        this.seriesConvolution = new CudaSeriesConvolution(launcher);
        this.seriesActivation = new CudaSeriesActivation(launcher);
        this.diagonalScan = new CudaDiagonalScan(launcher);
        VandermondeProduct vandermonde = new VandermondeProduct(launcher);
        this.vandermondeKernel = new CudaVandermondeKernel(launcher, vandermonde);
        CauchyProduct cauchy = new CauchyProduct(launcher);
        this.cauchyKernel = new CudaCauchyKernel(cauchy);
        RowConvolution convolution = new RowConvolution(launcher, new DirectConvolution(launcher),
                new SpectralConvolution(launcher, ways.largestOnChip(), ways.midBytes()),
                new HalfConvolution(launcher, precision), ways.directTaps());
        ChannelScale scale = new ChannelScale(launcher);
        this.causalConvolution = new CudaCausalConvolution(convolution, scale);
        this.tapRegularization = new CudaTapRegularization(launcher);
        this.fourierTransform = new CudaFourierTransform(launcher, ways.largestOnChip(), ways.midBytes());
        this.longConvolution = new CudaLongConvolution(convolution, scale, tapRegularization);
        this.matrixProduct = new CudaMatrixProduct(launcher, ways.products());
        this.rowNormalization = new CudaRowNormalization(launcher);
        this.activatedLinear = new CudaActivatedLinear(launcher, ways.products());
        this.windowCentring = new CudaWindowCentring(launcher);
        this.rmseLoss = new CudaRmseLoss(launcher);
        this.adamW = new CudaAdamW(launcher);
        this.pointwise = new CudaPointwise(launcher);
        this.channelLinear = new CudaChannelLinear(launcher, matrixProduct);
        this.channelNormalization = new CudaChannelNormalization(launcher);
        this.batchNormalization = new CudaBatchNormalization(launcher);
        this.dropoutMask = new CudaDropoutMask(launcher);
        this.timePooling = new CudaTimePooling(launcher);
        this.sequenceLayout = new CudaSequenceLayout(launcher);
        this.crossEntropyLoss = new CudaCrossEntropyLoss(launcher);
        this.deviationLoss = new CudaDeviationLoss(launcher);
        this.selectiveScan = new CudaSelectiveScan(launcher);
        this.columnConvolution = new CudaColumnConvolution(launcher);
        this.companionRecurrence = new CudaCompanionRecurrence(launcher);
        this.gridScan = new CudaGridScan(launcher);
        this.butterflyTransform = new CudaButterflyTransform(launcher);
        this.seriesMixing = new CudaSeriesMixing(launcher, SeriesMixing.of(seriesLinear, seriesActivation));
        this.finiteStep = new CudaFiniteStep(launcher);
        this.diagonalKernel = new CudaDiagonalKernel(launcher, vandermonde);
        this.lowRankSpectrum = new CudaLowRankSpectrum(launcher, cauchy);
        this.softmaxKernel = new CudaSoftmaxKernel(launcher, vandermonde);
    }

    @Override
    public String numericProfile() {
        return switch (precision) {
            case FLOAT32 -> "cuda-float32";
            case FLOAT16 -> "cuda-float32-convolution-float16";
            case BFLOAT16 -> "cuda-float32-convolution-bfloat16";
        };
    }

    @Override
    public double roundingUnit() {
        return 0x1p-24;
    }

    @Override
    public Tensor zeros(int... dims) {
        Shape shape = Shape.of(dims);
        CudaTensor tensor = new CudaTensor(shape, device.allocate(Math.max(1L, shape.size()) * Float.BYTES));
        device.clear(tensor.memory());
        return tensor;
    }

    @Override
    public void upload(double[] source, Tensor target) {
        float[] rounded = new float[source.length];
        for (int i = 0; i < source.length; i++) {
            rounded[i] = (float) source[i];
        }
        upload(rounded, target);
    }

    @Override
    public void upload(float[] source, Tensor target) {
        target.requireSize(source.length);
        device.upload(source, CudaTensor.of(target));
    }

    @Override
    public void download(Tensor source, double[] target) {
        source.requireSize(target.length);
        float[] values = new float[target.length];
        device.download(CudaTensor.of(source), values);
        for (int i = 0; i < values.length; i++) {
            target[i] = values[i];
        }
    }

    @Override
    public void download(Tensor source, float[] target) {
        source.requireSize(target.length);
        device.download(CudaTensor.of(source), target);
    }

    @Override
    public void fill(Tensor target, double value) {
        launcher.launchOver(target.size(), "fill", target, (float) value, (long) target.size());
    }

    @Override
    public void clear(List<Tensor> targets) {
        int[] sizes = targets.stream().mapToInt(Tensor::size).toArray();
        if (IntStream.of(sizes).allMatch(size -> size == 0)) {
            return;
        }
        List<DeviceMemory> pieces = targets.stream().map(CudaTensor::of).toList();
        long[] rows = new long[2 * sizes.length];
        for (int t = 0; t < sizes.length; t++) {
            rows[2 * t] = pieces.get(t).address();
            rows[2 * t + 1] = sizes[t];
        }
        TensorTable table = TensorTable.of(sizes, rows);
        try (DeviceMemory memory = launcher.longs(table.numbers())) {
            launcher.launch("clear_all", table.shape(), new PointerTable(memory, pieces), table.stretch());
        }
    }

    @Override
    public void copy(Tensor source, Tensor target, boolean accumulate) {
        target.requireSize(source.size());
        if (accumulate) {
            launcher.launchOver(target.size(), "add_to", source, target, (long) target.size());
        } else {
            device.copy(CudaTensor.of(source), CudaTensor.of(target), (long) target.size() * Float.BYTES);
        }
    }

    @Override
    public KernelSequence sequence(Runnable calls) {
        return new RecordedSequence(device, calls);
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
