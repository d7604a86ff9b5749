ALTER TABLE _workflows ADD COLUMN events TEXT;
ALTER TABLE _workflows ADD COLUMN resent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE _workflows ADD COLUMN due REAL;
CREATE INDEX _workflows_due ON _workflows (due);
