-- States follow one another as Core's Lifecycle says, whichever statement asks; a test holds both lists together.

CREATE FUNCTION migration.may_follow(work text, was text, now text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
  $body$
  SELECT (work, was, now) IN (VALUES
    ('run', 'running', 'completed'),
    ('run', 'running', 'completedWithRejects'),
    ('run', 'running', 'failed'),
    ('run', 'running', 'terminated'),
    ('tenant', 'pending', 'running'),
    ('tenant', 'pending', 'failed'),
    ('tenant', 'pending', 'terminated'),
    ('tenant', 'running', 'completed'),
    ('tenant', 'running', 'completedWithRejects'),
    ('tenant', 'running', 'failed'),
    ('tenant', 'running', 'terminated'),
    ('tenant', 'completed', 'completedWithRejects'),
    ('tenant', 'completed', 'failed'),
    ('tenant', 'completedWithRejects', 'completed'),
    ('tenant', 'completedWithRejects', 'failed'),
    ('tenant', 'failed', 'completed'),
    ('tenant', 'failed', 'completedWithRejects'),
    ('batch', 'planned', 'done'),
    ('reconciliation', 'running', 'completed'),
    ('reconciliation', 'running', 'failed'),
    ('repair', 'running', 'completed'),
    ('repair', 'running', 'failed'))
  $body$;

-- Class XX: nobody's row is at fault.
CREATE FUNCTION migration.follow() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF NOT migration.may_follow(TG_ARGV[0], OLD.state, NEW.state) THEN
    RAISE EXCEPTION 'A % that is % does not become %.', TG_ARGV[0], OLD.state, NEW.state USING ERRCODE = 'XXM01';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER follow BEFORE UPDATE OF state ON migration.run
  FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION migration.follow('run');
CREATE TRIGGER follow BEFORE UPDATE OF state ON migration.run_tenant
  FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION migration.follow('tenant');
CREATE TRIGGER follow BEFORE UPDATE OF state ON migration.batch_state
  FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION migration.follow('batch');
CREATE TRIGGER follow BEFORE UPDATE OF state ON migration.reconciliation
  FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION migration.follow('reconciliation');
CREATE TRIGGER follow BEFORE UPDATE OF state ON migration.repair
  FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION migration.follow('repair');
