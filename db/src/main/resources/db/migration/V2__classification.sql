-- Batches of recordings that a stored classifier is to tell apart, and what came of them.
create table classification_job (
    id          uuid primary key,
    model       text not null,                   -- as in the table of models
    classes     text[] not null,                 -- in the order of the probabilities
    created_at  timestamptz not null default now(),
    finished_at timestamptz                      -- null while recordings are open
);
create index classification_job_by_time on classification_job (created_at desc, id);
create index classification_job_open on classification_job (created_at, id) where finished_at is null;

-- What came with the request. Several files may make one recording; they are forgotten when the job is finished.
create table classification_file (
    job     uuid not null references classification_job on delete cascade,
    name    text not null,
    content bytea not null,
    primary key (job, name)
);
alter table classification_file alter column content set storage external; -- recordings do not compress

create table classification_recording (
    job           uuid not null references classification_job on delete cascade,
    ordinal       integer not null,              -- from 0, in the order of the request
    name          text not null,
    classified_at timestamptz,                   -- null while it is open
    problem       text,                          -- why it could not be classified, what was expected and what was found
    primary key (job, ordinal)
);
create index classification_recording_open on classification_recording (job, ordinal) where classified_at is null;

-- One row for each stretch that got an answer: the recording, a case of a file of cases, a beat of an ECG record.
create table classification (
    job           uuid not null,
    ordinal       integer not null,              -- of the recording
    number        integer not null,              -- of the stretch, from 0
    seconds       double precision,              -- from the start of the recording to the beat; null for other stretches
    label         text not null,
    probabilities real[] not null,
    primary key (job, ordinal, number),
    foreign key (job, ordinal) references classification_recording on delete cascade
);

create view v_classification as
    select j.id as job, j.model, r.name as recording, c.number, c.seconds, c.label, c.probabilities, j.classes, r.classified_at
    from classification c join classification_recording r using (job, ordinal) join classification_job j on j.id = c.job;
