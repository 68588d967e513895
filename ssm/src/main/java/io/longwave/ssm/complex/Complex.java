package io.longwave.ssm.complex;

/**
 * One complex number. Gradients of real losses are complex numbers too, ∂L/∂re + i ∂L/∂im; through y = f(x) with f differentiable in the
 * complex sense they go back as gx = gy conj(f'(x)).
 */
public record Complex(double re, double im) {
    public static final Complex ZERO = new Complex(0, 0);
    public static final Complex ONE = new Complex(1, 0);

    public static Complex real(double re) {
        return new Complex(re, 0);
    }

    public Complex plus(Complex y) {
        return new Complex(re + y.re, im + y.im);
    }

    public Complex plus(double y) {
        return new Complex(re + y, im);
    }

    public Complex minus(Complex y) {
        return new Complex(re - y.re, im - y.im);
    }

    public Complex times(Complex y) {
        return new Complex(re * y.re - im * y.im, re * y.im + im * y.re);
    }

    public Complex times(double y) {
        return new Complex(re * y, im * y);
    }

    /** x conj(y). */
    public Complex timesConjugate(Complex y) {
        return new Complex(re * y.re + im * y.im, im * y.re - re * y.im);
    }

    /** 1 / x, scaled so that neither very large nor very small numbers are squared. */
    public Complex inverse() {
        if (Math.abs(re) >= Math.abs(im)) {
            double ratio = im / re;
            double scale = re + im * ratio;
            return new Complex(1 / scale, -ratio / scale);
        }
        double ratio = re / im;
        double scale = re * ratio + im;
        return new Complex(ratio / scale, -1 / scale);
    }

    public Complex over(Complex y) {
        return times(y.inverse());
    }

    public Complex conjugate() {
        return new Complex(re, -im);
    }

    public Complex negated() {
        return new Complex(-re, -im);
    }

    public double abs() {
        return StrictMath.hypot(re, im);
    }

    public double squaredAbs() {
        return re * re + im * im;
    }

    public Complex exp() {
        double size = StrictMath.exp(re);
        return new Complex(size * StrictMath.cos(im), size * StrictMath.sin(im));
    }

    /** e^x − 1 without the loss of digits near 0. */
    public Complex expm1() {
        double half = StrictMath.sin(im / 2);
        return new Complex(StrictMath.expm1(re) * StrictMath.cos(im) - 2 * half * half, StrictMath.exp(re) * StrictMath.sin(im));
    }

    /** Principal value. */
    public Complex log() {
        return new Complex(StrictMath.log(abs()), StrictMath.atan2(im, re));
    }
}
