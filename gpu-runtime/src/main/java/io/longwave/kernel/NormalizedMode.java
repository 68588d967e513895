package io.longwave.kernel;

/** One mode of {@link SoftmaxKernel}: (exp(s E) − 1) r and its derivatives, in plain numbers for the reason of {@link HeldMode}. */
final class NormalizedMode {
    private double aRe;
    private double aIm;
    private int length;
    private double epsilon;
    private double qRe;
    private double qIm;
    /** |q|² + ε. */
    private double size;
    /** exp(s E) − 1. */
    private double numeratorRe;
    private double numeratorIm;
    /** exp(s E L) − 1. */
    private double sumRe;
    private double sumIm;
    /** s. */
    int direction;
    double valueRe;
    double valueIm;
    /** Of {@link #back}, by A where it stands by itself, and by E. */
    double ofARe;
    double ofAIm;
    double ofERe;
    double ofEIm;

    void set(double re, double im, double dt, int taps, double plus) {
        aRe = re;
        aIm = im;
        length = taps;
        epsilon = plus;
        direction = re > 0 ? -1 : 1;
        double eRe = re * dt * direction;
        double eIm = im * dt * direction;
        numeratorRe = expMinusOne(eRe, eIm);
        numeratorIm = StrictMath.exp(eRe) * StrictMath.sin(eIm);
        sumRe = expMinusOne(eRe * taps, eIm * taps);
        sumIm = StrictMath.exp(eRe * taps) * StrictMath.sin(eIm * taps);
        qRe = aRe * sumRe - aIm * sumIm;
        qIm = aRe * sumIm + aIm * sumRe;
        size = qRe * qRe + qIm * qIm + epsilon;
        valueRe = (numeratorRe * qRe + numeratorIm * qIm) / size;
        valueIm = (numeratorIm * qRe - numeratorRe * qIm) / size;
    }

    /** The real part of e^x − 1 without the loss of digits near 0. */
    private static double expMinusOne(double re, double im) {
        double half = StrictMath.sin(im / 2);
        return StrictMath.expm1(re) * StrictMath.cos(im) - 2 * half * half;
    }

    /** From the gradient g by the value. r = conj(q) / D with D = |q|² + ε has dr = (ε conj(dq) − conj(q)² dq) / D². */
    void back(double gRe, double gIm) {
        double rRe = gRe * numeratorRe + gIm * numeratorIm; // by r
        double rIm = gIm * numeratorRe - gRe * numeratorIm;
        double squareRe = qRe * qRe - qIm * qIm;
        double squareIm = 2 * qRe * qIm;
        double ofQRe = (epsilon * rRe - (rRe * squareRe - rIm * squareIm)) / (size * size);
        double ofQIm = (-epsilon * rIm - (rRe * squareIm + rIm * squareRe)) / (size * size);
        ofARe = ofQRe * sumRe + ofQIm * sumIm;
        ofAIm = ofQIm * sumRe - ofQRe * sumIm;
        double numeratorGRe = (gRe * qRe - gIm * qIm) / size; // by exp(s E): g conj(r) = g q / D
        double numeratorGIm = (gRe * qIm + gIm * qRe) / size;
        double sumGRe = ofQRe * aRe + ofQIm * aIm; // by exp(s E L)
        double sumGIm = ofQIm * aRe - ofQRe * aIm;
        ofERe = direction * (numeratorGRe * (numeratorRe + 1) + numeratorGIm * numeratorIm
                + length * (sumGRe * (sumRe + 1) + sumGIm * sumIm));
        ofEIm = direction * (numeratorGIm * (numeratorRe + 1) - numeratorGRe * numeratorIm
                + length * (sumGIm * (sumRe + 1) - sumGRe * sumIm));
    }
}
