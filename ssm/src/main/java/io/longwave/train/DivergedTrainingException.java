package io.longwave.train;

/** No epoch gave a finite validation error. */
public final class DivergedTrainingException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public DivergedTrainingException(int epoch, double loss, double validationMse) {
        super("the training diverged: after epoch " + epoch + " the loss is " + loss + " and the validation error " + validationMse
                + "; try a smaller learning rate or another seed");
    }
}
