package io.longwave.train.anomaly;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * What the main directions of the training rows leave unexplained: columns standardised as for {@link ZScore}, the fewest principal components that
 * hold the asked share of the training variance, and as score the root mean square over columns of the residual after projection onto them.
 */
public final class PrincipalComponents implements AnomalyBaseline {

    /** Share of the variance that is usually kept. */
    public static final double USUAL_SHARE = 0.9;

    private final ColumnScale scale;
    /** [components][V], orthonormal. */
    private final double[][] directions;

    private PrincipalComponents(ColumnScale scale, double[][] directions) {
        this.scale = scale;
        this.directions = directions;
    }

    /**
     * @param train [N, V]
     * @param share of the variance to keep, above 0 and at most 1
     */
    public static PrincipalComponents fit(double[][] train, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share of variance: expected above 0 and at most 1 but was " + share);
        }
        ColumnScale scale = ColumnScale.fit(train, ColumnScale.LEAST);
        int width = scale.mean().length;
        DMatrixRMaj covariance = new DMatrixRMaj(width, width);
        for (double[] row : train) {
            double[] z = scale.standardise(row);
            for (int i = 0; i < width; i++) {
                for (int j = 0; j <= i; j++) {
                    covariance.data[i * width + j] += z[i] * z[j];
                }
            }
        }
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < i; j++) {
                covariance.data[j * width + i] = covariance.data[i * width + j];
            }
        }
        return new PrincipalComponents(scale, leading(covariance, share));
    }

    /** A covariance is symmetric and not negative, so its singular vectors are its eigenvectors. */
    private static double[][] leading(DMatrixRMaj covariance, double share) {
        int width = covariance.numCols;
        SingularValueDecomposition_F64<DMatrixRMaj> svd = DecompositionFactory_DDRM.svd(width, width, false, true, true);
        if (!svd.decompose(covariance)) {
            throw new IllegalArgumentException(
                    "the covariance of the training rows has no singular value decomposition; are they all finite?");
        }
        double[] variances = svd.getSingularValues();
        DMatrixRMaj vectors = svd.getV(null, true); // one in each row
        Integer[] order = new Integer[width];
        double total = 0;
        for (int k = 0; k < width; k++) {
            order[k] = k;
            total += variances[k];
        }
        Arrays.sort(order, (a, b) -> Double.compare(variances[b], variances[a]));
        int kept = 0;
        double sum = 0;
        while (kept < width && sum < share * total) {
            sum += variances[order[kept++]];
        }
        double[][] directions = new double[kept][width];
        for (int k = 0; k < kept; k++) {
            for (int v = 0; v < width; v++) {
                directions[k][v] = vectors.get(order[k], v);
            }
        }
        return directions;
    }

    /** How many components were kept. */
    public int kept() {
        return directions.length;
    }

    @Override
    public double[] scores(double[][] rows) {
        double[] scores = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            double[] left = scale.standardise(rows[i]);
            for (double[] direction : directions) {
                double along = 0;
                for (int v = 0; v < left.length; v++) {
                    along += direction[v] * left[v];
                }
                for (int v = 0; v < left.length; v++) {
                    left[v] -= along * direction[v];
                }
            }
            double sum = 0;
            for (double z : left) {
                sum += z * z;
            }
            scores[i] = Math.sqrt(sum / left.length);
        }
        return scores;
    }
}
