/**
 * The one place that tells which layout data are in and reads them, for a caller that has a path and a few options.
 *
 * <p><b>Classification</b>: {@link io.longwave.train.layout.ClassificationSource#read} gives training, validation and test of
 * <ul>
 * <li>an archive set: {@code NAME_TRAIN.ts} and {@code NAME_TEST.ts}, or {@code .tsv}, {@code .txt}, {@code .csv} with the class first; the path is a folder with one set, a
 * folder and a NAME, or the training file ({@link io.longwave.train.ucr});</li>
 * <li>a folder of WAV recordings named {@code <label>_<group>_<index>.wav} or in folders by class ({@link io.longwave.train.wav});</li>
 * <li>a folder of WFDB records with a training and a test list ({@link io.longwave.train.wfdb}).</li>
 * </ul>
 * Judge with {@link io.longwave.train.classify.ConfusionMatrix}, beside {@link io.longwave.train.classify.MajorityClass} and
 * {@link io.longwave.train.classify.NearestNeighbour}; {@link io.longwave.train.classify.BalancedSampler} draws rare classes more often.
 *
 * <p><b>Anomalies</b>: {@link io.longwave.train.layout.AnomalySource#open} gives one {@link io.longwave.train.anomaly.PointLabelledSeries} a machine of a folder with
 * {@code train/}, {@code test/}, {@code test_label/} ({@link io.longwave.train.smd}), or of CSV files with a label column
 * ({@link io.longwave.train.anomaly.LabelledCsv}). Judge with {@link io.longwave.train.anomaly.AnomalyScores} at a threshold from
 * {@link io.longwave.train.anomaly.Thresholds}, beside {@link io.longwave.train.anomaly.ZScore} and
 * {@link io.longwave.train.anomaly.PrincipalComponents}.
 */
@NullMarked
package io.longwave.train.layout;

import org.jspecify.annotations.NullMarked;
