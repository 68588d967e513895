package io.longwave.train;

/** No epoch gave a finite validation score. */
public final class DivergedTrainingException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public DivergedTrainingException(int epoch, double loss, double validationScore) {
        super("the training diverged: after epoch " + epoch + " the loss is " + loss + " and the validation score " + validationScore
                + "; try a smaller learning rate or another seed");
    }
}
