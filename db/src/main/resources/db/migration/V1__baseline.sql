-- Times are nanoseconds since the epoch in bigint: timestamptz would merge points less than a microsecond apart. Views show timestamptz.

create table series (
    id          bigint generated always as identity primary key,
    key         text not null unique,            -- canonical series key
    tenant      text not null,
    bucket      text not null,
    measurement text not null,
    tags        jsonb not null,
    field       text not null,
    display     text not null,                   -- what a person reads and types to find it
    created_at  timestamptz not null default now()
);
-- Serves the list in name order and its cursor; "C" so that the order does not depend on the locale of the server.
create index series_display on series (lower(display) collate "C", id);

-- One row per accepted sample, with what the model expected before it saw the sample. predicted, lower, upper and score are null
-- while a model warms up and for samples that came too late to be scored.
create table point (
    series_id bigint not null references series,
    time      bigint not null,
    value     double precision not null,
    predicted double precision,
    lower     double precision,
    upper     double precision,
    score     real,
    model     text,
    primary key (series_id, time)
);

create table anomaly (
    id         text primary key,                 -- deterministic: the same stream gives the same ids
    series_id  bigint not null references series,
    start_time bigint not null,
    end_time   bigint,                           -- null while it lasts
    peak_time  bigint not null,
    peak_score real not null,
    peak_value double precision not null,
    expected   double precision not null,        -- at the peak
    points     integer not null,                 -- samples inside
    model      text not null
);
create index anomaly_by_series on anomaly (series_id, start_time desc);
create index anomaly_by_start on anomaly (start_time desc);

-- Stored forecasts, one row per issue time, for promoted or watched series only.
create table forecast (
    series_id bigint not null references series,
    issued_at bigint not null,
    step      bigint not null,
    model     text not null,
    mean      double precision[] not null,
    levels    double precision[] not null,
    lower     double precision[] not null,       -- [levels][horizon]
    upper     double precision[] not null,
    primary key (series_id, issued_at)
);

create table model (
    id         text primary key,                 -- family-name-version, for example spacetime-etth1-3
    family     text not null,
    task       text not null,
    config     jsonb not null,
    metrics    jsonb not null,
    data       jsonb not null,                   -- fingerprint of the training data
    seed       bigint,
    path       text not null,                    -- checkpoint, relative to the model store
    created_at timestamptz not null,
    available  boolean not null default true     -- false when its files are gone
);

-- Which model serves a series and whether its forecasts are stored; written by control records in the stream only.
create table series_serving (
    series_id bigint primary key references series,
    model     text,                              -- null: the online model
    watched   boolean not null default false,
    horizon   integer not null default 96
);

-- Position of the consumer in each partition. A claim raises the epoch; a batch commits only under the epoch it was polled in.
create table stream_position (
    cluster_id  text not null,
    topic_id    text not null,
    partition   integer not null,
    topic       text not null,
    epoch       bigint not null,
    next_offset bigint not null,
    primary key (cluster_id, topic_id, partition)
);

create table series_state (
    series_id   bigint primary key references series,
    partition   integer not null,
    as_of       bigint not null,                 -- offset of the first record the state has not seen
    epoch       bigint not null,
    model       text not null,
    format      integer not null,
    profile     text not null,                   -- numeric profile whose bits the state carries
    last_time   bigint not null,
    state       bytea not null
) with (fillfactor = 50, toast_tuple_target = 8160); -- rewritten by every checkpoint: in place, and small states stay in the row
alter table series_state alter column state set storage external; -- floating-point bits do not compress
create index series_state_by_partition on series_state (partition);

create table stream_counter (
    partition integer not null,
    name      text not null,                     -- samples, late, duplicate, far-future, ...
    count     bigint not null,
    primary key (partition, name)
);

create table dead_letter (
    id          bigint generated always as identity primary key,
    topic       text not null,
    partition   integer not null,
    record_offset bigint not null,
    item        integer not null,                -- index inside the record, -1 for the whole record
    reason      text not null,                   -- short code
    detail      text not null,                   -- what was expected and what was found
    payload     bytea not null,
    record_time timestamptz not null,
    published   boolean not null default false,
    -- The record's time tells a record from one at the same offset of a topic that was made again.
    unique (topic, partition, record_offset, item, record_time)
);
create index dead_letter_unpublished on dead_letter (id) where not published;

create function nanos_to_timestamptz(nanos bigint) returns timestamptz language sql immutable parallel safe as
    $$ select to_timestamp((nanos / 1000)::numeric / 1000000) $$;

create view v_points as
    select nanos_to_timestamptz(p.time) as time, s.display as series, p.value from point p join series s on s.id = p.series_id;
create view v_anomaly as
    select nanos_to_timestamptz(p.time) as time, s.display as series, p.score, p.predicted as expected, p.lower, p.upper, p.model
    from point p join series s on s.id = p.series_id where p.score is not null;
create view v_forecast as
    select nanos_to_timestamptz(f.issued_at + f.step * h) as time, s.display as series, f.mean[h] as mean, f.lower[1][h] as lo, f.upper[1][h] as hi,
           f.model, nanos_to_timestamptz(f.issued_at) as issued_at
    from forecast f join series s on s.id = f.series_id, lateral generate_series(1, cardinality(f.mean)) as h;
