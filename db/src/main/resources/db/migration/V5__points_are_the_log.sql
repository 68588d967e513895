-- PostgreSQL asks for the series of each row that is copied, which took longer than writing the row. The stream knows that a series exists when it writes points of it: it read or
-- made the row, and nobody but the stream lets go of it (docs/adr/0021).
alter table point alter constraint point_series_id_fkey not enforced;

-- A state is its checkpoint and the points after its last_time (docs/adr/0020). Nothing replays a partition, so nothing looks for the states of one.
drop index series_state_by_partition;
