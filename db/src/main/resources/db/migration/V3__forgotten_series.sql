-- A series that is forgotten lets go of its key at once; its rows are deleted a few at a time and it last. Null while it lives.
alter table series add column forgotten_at timestamptz;

alter table series drop constraint series_key_key;
create unique index series_key on series (key) where forgotten_at is null;
create index series_forgotten on series (id) where forgotten_at is not null;
drop index series_display;
create index series_display on series (lower(display) collate "C", id) where forgotten_at is null;

create or replace view v_points as
    select nanos_to_timestamptz(p.time) as time, s.display as series, p.value from point p join series s on s.id = p.series_id
    where s.forgotten_at is null;
create or replace view v_anomaly as
    select nanos_to_timestamptz(p.time) as time, s.display as series, p.score, p.predicted as expected, p.lower, p.upper, p.model
    from point p join series s on s.id = p.series_id where p.score is not null and s.forgotten_at is null;
create or replace view v_forecast as
    select nanos_to_timestamptz(f.issued_at + f.step * h) as time, s.display as series, f.mean[h] as mean, f.lower[1][h] as lo, f.upper[1][h] as hi,
           f.model, nanos_to_timestamptz(f.issued_at) as issued_at
    from forecast f join series s on s.id = f.series_id, lateral generate_series(1, cardinality(f.mean)) as h where s.forgotten_at is null;
