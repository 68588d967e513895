package io.longwave.ssm.sequence;

class AverageLayersTest extends SequenceLayerContract {
    @Override
    protected LayerFamily family() {
        return new AverageLayers();
    }
}
