-- Recordings come with a request and not from the stream, so a job belongs to whoever asked for it.
alter table classification_job add column tenant text; -- null: of nobody, and seen by those who see everything
