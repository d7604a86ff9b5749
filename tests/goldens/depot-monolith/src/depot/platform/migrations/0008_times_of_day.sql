ALTER TABLE _tasks ADD COLUMN noted REAL;
ALTER TABLE _action_outcomes ADD COLUMN noted REAL;
ALTER TABLE _action_outcomes ADD COLUMN traceparent TEXT;
CREATE INDEX _action_outcomes_noted ON _action_outcomes (noted);
