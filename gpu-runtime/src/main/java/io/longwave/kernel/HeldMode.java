package io.longwave.kernel;

import io.longwave.kernel.DiagonalKernel.Rule;

/** One mode over one step and the derivatives of that by x, in plain numbers: it is worked out for every mode of every layer in every training step. */
final class HeldMode {
    /** Below this, series: (e^x − hold) / x loses its digits. */
    private static final double SMALL = 0.5;
    private static final int TERMS = 18;
    /** Of (e^x − 1) / x: 1 / (k+1)!. */
    private static final double[] HOLD = new double[TERMS];
    /** Of its derivative: (k+1) / (k+2)!. */
    private static final double[] SLOPE = new double[TERMS];

    static {
        double factorial = 1;
        for (int k = 0; k < TERMS; k++) {
            factorial *= k + 1;
            HOLD[k] = 1 / factorial;
            SLOPE[k] = (k + 1) / (factorial * (k + 2));
        }
    }

    private double re;
    private double im;
    double holdRe;
    double holdIm;
    double holdSlopeRe;
    double holdSlopeIm;
    double logRe;
    double logIm;
    double logSlopeRe;
    double logSlopeIm;

    /** @param slopes whether derivatives are wanted */
    void set(Rule rule, double xRe, double xIm, boolean slopes) {
        if (rule == Rule.ZERO_ORDER_HOLD) {
            zeroOrderHold(xRe, xIm, slopes);
        } else {
            bilinear(xRe, xIm, slopes);
        }
    }

    private void zeroOrderHold(double xRe, double xIm, boolean slopes) {
        logRe = xRe;
        logIm = xIm;
        logSlopeRe = 1;
        logSlopeIm = 0;
        if (xRe * xRe + xIm * xIm < SMALL * SMALL) {
            series(xRe, xIm, HOLD);
            holdRe = re;
            holdIm = im;
            if (slopes) {
                series(xRe, xIm, SLOPE);
                holdSlopeRe = re;
                holdSlopeIm = im;
            }
            return;
        }
        double half = StrictMath.sin(xIm / 2);
        double sine = StrictMath.sin(xIm);
        double cosine = StrictMath.cos(xIm);
        double size = StrictMath.exp(xRe);
        divide(StrictMath.expm1(xRe) * cosine - 2 * half * half, size * sine, xRe, xIm);
        holdRe = re;
        holdIm = im;
        if (slopes) {
            divide(size * cosine - holdRe, size * sine - holdIm, xRe, xIm);
            holdSlopeRe = re;
            holdSlopeIm = im;
        }
    }

    private void bilinear(double xRe, double xIm, boolean slopes) {
        divide(1, 0, 1 - 0.5 * xRe, -0.5 * xIm);
        holdRe = re;
        holdIm = im;
        double upRe = 1 + 0.5 * xRe;
        double upIm = 0.5 * xIm;
        double stepRe = upRe * holdRe - upIm * holdIm;
        double stepIm = upRe * holdIm + upIm * holdRe;
        logRe = StrictMath.log(Math.hypot(stepRe, stepIm));
        logIm = StrictMath.atan2(stepIm, stepRe);
        if (slopes) {
            holdSlopeRe = 0.5 * (holdRe * holdRe - holdIm * holdIm);
            holdSlopeIm = holdRe * holdIm;
            divide(1, 0, 1 - 0.25 * (xRe * xRe - xIm * xIm), -0.5 * xRe * xIm);
            logSlopeRe = re;
            logSlopeIm = im;
        }
    }

    /** Σ c_k x^k by Horner's rule. */
    private void series(double xRe, double xIm, double[] coefficients) {
        double sumRe = 0;
        double sumIm = 0;
        for (int k = TERMS - 1; k >= 0; k--) {
            double next = sumRe * xRe - sumIm * xIm + coefficients[k];
            sumIm = sumRe * xIm + sumIm * xRe;
            sumRe = next;
        }
        re = sumRe;
        im = sumIm;
    }

    /** Scaled so that neither very large nor very small numbers are squared. */
    private void divide(double aRe, double aIm, double bRe, double bIm) {
        double inverseRe;
        double inverseIm;
        if (Math.abs(bRe) >= Math.abs(bIm)) {
            double ratio = bIm / bRe;
            double scale = bRe + bIm * ratio;
            inverseRe = 1 / scale;
            inverseIm = -ratio / scale;
        } else {
            double ratio = bRe / bIm;
            double scale = bRe * ratio + bIm;
            inverseRe = ratio / scale;
            inverseIm = -1 / scale;
        }
        re = aRe * inverseRe - aIm * inverseIm;
        im = aRe * inverseIm + aIm * inverseRe;
    }
}
