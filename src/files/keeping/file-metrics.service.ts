import { Injectable } from '@nestjs/common';
import { type Counted, type Measured, Metrics } from '../../../libs/metrics/index.js';
import { Readings } from '../store/index.js';

const READING_BOUNDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** What is counted of files. */
@Injectable()
export class FileMetrics {
  readonly uploads: Counted<'outcome'>;
  readonly uploadedBytes: Counted<never>;
  readonly readings: Counted<'outcome'>;
  readonly readingSeconds: Measured<never>;
  readonly contentsRemoved: Counted<never>;

  constructor(metrics: Metrics, readings: Readings) {
    this.uploads = metrics.counter('parley_uploads_total', 'Uploads, by how they ended', ['outcome']);
    this.uploadedBytes = metrics.counter('parley_uploaded_bytes_total', 'Bytes of files that were taken in');
    this.readings = metrics.counter('parley_file_readings_total', 'Files that were read, by how that ended', [
      'outcome',
    ]);
    const seconds = 'parley_file_reading_duration_seconds';
    this.readingSeconds = metrics.histogram(seconds, 'From a file’s turn to what was made of it', READING_BOUNDS);
    this.contentsRemoved = metrics.counter('parley_file_contents_removed_total', 'Contents that no file had any more');
    const waiting = 'Files of everybody that have not been read yet';
    metrics.gauge('parley_files_processing', waiting, 'first', () => readings.waiting());
  }
}
