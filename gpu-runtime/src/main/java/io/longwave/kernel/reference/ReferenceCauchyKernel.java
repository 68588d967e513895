package io.longwave.kernel.reference;

import io.longwave.kernel.CauchyKernel;
import io.longwave.kernel.WoodburyCorrection;
import io.longwave.tensor.Tensor;

final class ReferenceCauchyKernel implements CauchyKernel {

    @Override
    public void sums(LowRankModes modes, int length, Tensor reTensor, Tensor imTensor) {
        CauchyKernel.check(modes.lefts() * modes.rights() * modes.channels(), length, reTensor, imTensor);
        double[] re = ReferenceTensor.of(reTensor);
        double[] im = ReferenceTensor.of(imTensor);
        int frequencies = CauchyKernel.frequencies(length);
        WoodburyCorrection at = new WoodburyCorrection(modes.heads(), modes.rank());
        for (int h = 0; h < modes.channels(); h++) {
            for (int k = 0; k < frequencies; k++) {
                if (k < CauchyKernel.finiteFrequencies(length)) {
                    sums(modes, h, 2 * Math.tan(Math.PI * k / length), at);
                }
                for (int pair = 0; pair < modes.lefts() * modes.rights(); pair++) {
                    boolean finite = k < CauchyKernel.finiteFrequencies(length);
                    re[(pair * modes.channels() + h) * frequencies + k] = finite ? at.re[pair] : 0;
                    im[(pair * modes.channels() + h) * frequencies + k] = finite ? at.im[pair] : 0;
                }
            }
        }
    }

    /** r at z = iy: v / (z − w) + conj(v) / (z − conj(w)). */
    private static void sums(LowRankModes x, int h, double y, WoodburyCorrection out) {
        for (int i = 0; i < x.lefts(); i++) {
            for (int j = 0; j < x.rights(); j++) {
                double sumRe = 0;
                double sumIm = 0;
                for (int m = h * x.modes(); m < (h + 1) * x.modes(); m++) {
                    int left = i * x.poleRe().length + m;
                    int right = j * x.poleRe().length + m;
                    double vRe = x.leftRe()[left] * x.rightRe()[right] - x.leftIm()[left] * x.rightIm()[right];
                    double vIm = x.leftRe()[left] * x.rightIm()[right] + x.leftIm()[left] * x.rightRe()[right];
                    double dRe = -x.poleRe()[m];
                    double dIm = y - x.poleIm()[m];
                    double eIm = y + x.poleIm()[m];
                    double d = dRe * dRe + dIm * dIm;
                    double e = dRe * dRe + eIm * eIm;
                    sumRe += (vRe * dRe + vIm * dIm) / d + (vRe * dRe - vIm * eIm) / e;
                    sumIm += (vIm * dRe - vRe * dIm) / d + (-vIm * dRe - vRe * eIm) / e;
                }
                out.re[i * x.rights() + j] = sumRe;
                out.im[i * x.rights() + j] = sumIm;
            }
        }
    }

    @Override
    public void forward(LowRankModes modes, int length, Tensor reTensor, Tensor imTensor) {
        CauchyKernel.check(modes, length, reTensor, imTensor);
        double[] re = ReferenceTensor.of(reTensor);
        double[] im = ReferenceTensor.of(imTensor);
        int frequencies = CauchyKernel.frequencies(length);
        WoodburyCorrection at = new WoodburyCorrection(modes.heads(), modes.rank());
        for (int h = 0; h < modes.channels(); h++) {
            for (int k = 0; k < frequencies; k++) {
                if (k < CauchyKernel.finiteFrequencies(length)) {
                    double half = Math.tan(Math.PI * k / length);
                    sums(modes, h, 2 * half, at);
                    at.forward();
                    for (int c = 0; c < modes.heads(); c++) { // 2 / (1 + ω) = 1 + i tan(πk/L)
                        re[(c * modes.channels() + h) * frequencies + k] = at.resultRe[c] - half * at.resultIm[c];
                        im[(c * modes.channels() + h) * frequencies + k] = at.resultIm[c] + half * at.resultRe[c];
                    }
                } else {
                    for (int c = 0; c < modes.heads(); c++) {
                        re[(c * modes.channels() + h) * frequencies + k] = limit(modes, h, c);
                        im[(c * modes.channels() + h) * frequencies + k] = 0;
                    }
                }
            }
        }
    }

    private static double limit(LowRankModes x, int h, int head) {
        double sum = 0;
        for (int m = h * x.modes(); m < (h + 1) * x.modes(); m++) {
            int right = head * x.poleRe().length + m;
            sum += x.leftRe()[m] * x.rightRe()[right] - x.leftIm()[m] * x.rightIm()[right];
        }
        return sum;
    }

    @Override
    public LowRankModes backward(LowRankModes modes, int length, Tensor reTensor, Tensor imTensor) {
        CauchyKernel.check(modes, length, reTensor, imTensor);
        double[] re = ReferenceTensor.of(reTensor);
        double[] im = ReferenceTensor.of(imTensor);
        int frequencies = CauchyKernel.frequencies(length);
        LowRankModes out = modes.zeros();
        WoodburyCorrection at = new WoodburyCorrection(modes.heads(), modes.rank());
        for (int h = 0; h < modes.channels(); h++) {
            for (int k = 0; k < frequencies; k++) {
                if (k < CauchyKernel.finiteFrequencies(length)) {
                    double half = Math.tan(Math.PI * k / length);
                    sums(modes, h, 2 * half, at);
                    for (int c = 0; c < modes.heads(); c++) {
                        int row = (c * modes.channels() + h) * frequencies + k;
                        at.resultRe[c] = re[row] + half * im[row];
                        at.resultIm[c] = im[row] - half * re[row];
                    }
                    at.backward();
                    addSums(modes, h, 2 * half, at, out);
                } else {
                    for (int c = 0; c < modes.heads(); c++) {
                        addLimit(modes, h, c, re[(c * modes.channels() + h) * frequencies + k], out);
                    }
                }
            }
        }
        return out;
    }

    /** Through r = v q + conj(v) p with q = 1 / (z − w), p = 1 / (z − conj(w)): dv = g conj(q) + conj(g) p, and so for w. */
    private static void addSums(LowRankModes x, int h, double y, WoodburyCorrection g, LowRankModes out) {
        for (int i = 0; i < x.lefts(); i++) {
            for (int j = 0; j < x.rights(); j++) {
                double gRe = g.re[i * x.rights() + j];
                double gIm = g.im[i * x.rights() + j];
                for (int m = h * x.modes(); m < (h + 1) * x.modes(); m++) {
                    int left = i * x.poleRe().length + m;
                    int right = j * x.poleRe().length + m;
                    double vRe = x.leftRe()[left] * x.rightRe()[right] - x.leftIm()[left] * x.rightIm()[right];
                    double vIm = x.leftRe()[left] * x.rightIm()[right] + x.leftIm()[left] * x.rightRe()[right];
                    double dRe = -x.poleRe()[m];
                    double dIm = y - x.poleIm()[m];
                    double eIm = y + x.poleIm()[m];
                    double d = dRe * dRe + dIm * dIm;
                    double e = dRe * dRe + eIm * eIm;
                    double qRe = dRe / d;
                    double qIm = -dIm / d;
                    double pRe = dRe / e;
                    double pIm = -eIm / e;
                    double dvRe = gRe * qRe + gIm * qIm + gRe * pRe + gIm * pIm;
                    double dvIm = gIm * qRe - gRe * qIm + gRe * pIm - gIm * pRe;
                    addProduct(x, left, right, dvRe, dvIm, out);
                    // r depends on w through v q² and on conj(w) through conj(v) p²
                    double qqRe = vRe * (qRe * qRe - qIm * qIm) - vIm * 2 * qRe * qIm;
                    double qqIm = vRe * 2 * qRe * qIm + vIm * (qRe * qRe - qIm * qIm);
                    double ppRe = vRe * (pRe * pRe - pIm * pIm) + vIm * 2 * pRe * pIm;
                    double ppIm = vRe * 2 * pRe * pIm - vIm * (pRe * pRe - pIm * pIm);
                    out.poleRe()[m] += gRe * qqRe + gIm * qqIm + gRe * ppRe + gIm * ppIm;
                    out.poleIm()[m] += gIm * qqRe - gRe * qqIm + gRe * ppIm - gIm * ppRe;
                }
            }
        }
    }

    private static void addProduct(LowRankModes x, int left, int right, double dvRe, double dvIm, LowRankModes out) {
        out.leftRe()[left] += dvRe * x.rightRe()[right] + dvIm * x.rightIm()[right];
        out.leftIm()[left] += dvIm * x.rightRe()[right] - dvRe * x.rightIm()[right];
        out.rightRe()[right] += dvRe * x.leftRe()[left] + dvIm * x.leftIm()[left];
        out.rightIm()[right] += dvIm * x.leftRe()[left] - dvRe * x.leftIm()[left];
    }

    private static void addLimit(LowRankModes x, int h, int head, double g, LowRankModes out) {
        for (int m = h * x.modes(); m < (h + 1) * x.modes(); m++) {
            addProduct(x, m, head * x.poleRe().length + m, g, 0, out);
        }
    }
}
