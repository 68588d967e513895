-- Where the instance that claimed a partition last answers internal calls; null if it did not say. Of several rows of one partition (topics that were made again) the one claimed last counts.
alter table stream_position add column owner text;
alter table stream_position add column claimed_at timestamptz;
