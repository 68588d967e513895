-- Series that one model judges jointly, row by row: what was stored of them is read again, so they may come from anywhere and lie in any partition (docs/adr/0025).
create table series_group (
    id          bigint generated always as identity primary key,
    name        text not null,
    model       text not null,                   -- as in the table of models
    columns     text[] not null,                 -- of the model; members stand for them in this order
    step        bigint not null check (step > 0),
    phase       bigint not null check (phase >= 0 and phase < step),
    next_row    bigint not null,                 -- row n stands for the time phase + n * step: the first one that was not judged yet
    scored_from bigint not null,                 -- rows before it are judged so that the state warms up, and not stored
    revision    bigint not null default 0,       -- of the state: raised whenever it is written
    state       bytea,                           -- null of a group that is to begin anew
    format      integer,                         -- of the state
    problem     text,                            -- why it does not go on, what was expected and what was found; null while it does
    created_at  timestamptz not null default now(),
    removed_at  timestamptz                      -- lets go of the name at once; rows are deleted a few at a time and the group last
);
alter table series_group alter column state set storage external; -- floating-point bits do not compress
create unique index series_group_name on series_group (name collate "C") where removed_at is null;

-- By key and not by id: a series that is forgotten and comes again is the same member.
create table group_member (
    group_id bigint not null references series_group on delete cascade,
    ordinal  integer not null,                   -- from 0, of the column
    key      text not null,                      -- canonical series key
    distance bigint,                             -- usual one of its points when it joined; null if it had not two
    primary key (group_id, ordinal),
    unique (group_id, key)
);

-- One row for each row that was judged. The arrays have a number for each member; null where it had no value.
create table group_row (
    group_id     bigint not null references series_group,
    time         bigint not null,
    score        real not null,
    expected     double precision[] not null,    -- before the row was seen, or given back of it by a model that reconstructs
    contribution real[] not null,                -- share of the evidence, all together 1
    model        text not null,
    primary key (group_id, time)
);

create table group_anomaly (
    id           text primary key,               -- deterministic, like those of series
    group_id     bigint not null references series_group,
    start_time   bigint not null,
    last_time    bigint not null,                -- of the last anomalous row so far
    end_time     bigint,                         -- null while it lasts
    peak_time    bigint not null,
    peak_score   double precision not null,      -- compared with those to come
    contribution real[] not null,                -- at the peak
    points       integer not null,               -- rows inside
    calm         integer not null,               -- rows since last_time
    model        text not null
);
create index group_anomaly_by_group on group_anomaly (group_id, start_time desc);
create unique index group_anomaly_open on group_anomaly (group_id) where end_time is null;

create view v_group_score as
    select nanos_to_timestamptz(r.time) as time, g.name as "group", r.score, r.model
    from group_row r join series_group g on g.id = r.group_id where g.removed_at is null;
