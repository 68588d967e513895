-- Who asks for one tenant is shown what belongs to it.

-- Serves the list of one tenant as series_display serves that of all.
create index series_tenant on series (tenant, lower(display) collate "C", id);

-- Recordings come with a request and not from the stream, so a job belongs to whoever asked for it.
alter table classification_job add column tenant text; -- null: of nobody, and seen by those who see everything
