-- Who is told of anomalies, and of which not yet. A trigger notes what begins and ends, so that it is noted in the transaction that writes it, whoever does; what is noted is then put in the queue of each
-- destination that is configured. Only the id is queued: a destination is told how the anomaly stands when its turn comes.
create table anomaly_change (
    id       bigint generated always as identity primary key,
    anomaly  text not null,                      -- id of an anomaly of a series or of a group
    of_group boolean not null
);

-- An anomaly that lasts stays in a queue, also when there is nothing to tell of it now.
create table notification (
    destination  text not null,                  -- kafka, webhook:NAME or alertmanager:NAME
    anomaly      text not null,
    of_group     boolean not null,
    change       bigint not null,                -- id of its last change: what has another one has changed while it was told
    changed_at   timestamptz not null default now(),
    told         boolean not null default false, -- that it has begun
    due          timestamptz not null default now(), -- infinity while only another change is waited for
    leased_until timestamptz not null default '-infinity', -- another instance may be telling it until then
    primary key (destination, anomaly)
);
create index notification_due on notification (destination, due);

-- What lasts is looked for when a destination may be new.
create index anomaly_lasting on anomaly (id) where end_time is null;

create function note_anomaly() returns trigger language plpgsql as $$
begin
    insert into anomaly_change (anomaly, of_group) values (new.id, tg_argv[0]::boolean);
    return null;
end $$;

create trigger anomaly_began after insert on anomaly for each row execute function note_anomaly('false');
create trigger anomaly_ended after update of end_time on anomaly for each row
    when (old.end_time is distinct from new.end_time) execute function note_anomaly('false');
create trigger group_anomaly_began after insert on group_anomaly for each row execute function note_anomaly('true');
create trigger group_anomaly_ended after update of end_time on group_anomaly for each row
    when (old.end_time is distinct from new.end_time) execute function note_anomaly('true');
