-- The target of school-district.json: multi-tenant tables under row-level security. Roles and grants are those of
-- infra/sql/target.sql, which runs first: it makes the owner, the schema, and the grants that these tables come with.
-- PostgreSQL 14 or later. Run it once per database, as a superuser or a member of school_owner:
--   psql "$TARGET" -v ON_ERROR_STOP=1 -f infra/sql/target.sql -f manifests/school-district.target.sql
BEGIN;

SET LOCAL ROLE school_owner;

CREATE TABLE school.district (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  legacy_id integer NOT NULL,
  name varchar(120) NOT NULL,
  state_code char(2) NOT NULL,
  time_zone varchar(50) NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, legacy_id)
);

CREATE TABLE school.school (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  legacy_id integer NOT NULL,
  code varchar(10) NOT NULL,
  name varchar(150) NOT NULL,
  is_active boolean NOT NULL,
  opened_on date,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, legacy_id),
  CONSTRAINT school_opened_on_plausible CHECK (opened_on BETWEEN '1700-01-01' AND '2100-01-01')
);

CREATE TABLE school.grade_scale (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  legacy_id uuid NOT NULL,
  code varchar(4) NOT NULL,
  min_score numeric(6, 3) NOT NULL,
  max_score numeric(6, 3) NOT NULL,
  description text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, legacy_id),
  CONSTRAINT grade_scale_scores_ordered CHECK (max_score >= min_score)
);

CREATE TABLE school.student (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  legacy_id bigint NOT NULL,
  state_student_number varchar(20) NOT NULL,
  first_name varchar(100) NOT NULL,
  middle_name varchar(100),
  last_name varchar(100) NOT NULL,
  birth_date date,
  gender char(1),
  school_id uuid,
  gpa numeric(4, 3),
  fees_balance numeric(19, 4) NOT NULL,
  is_deleted boolean NOT NULL,
  deleted_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  external_id uuid NOT NULL,
  notes text,
  photo bytea,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, legacy_id),
  CONSTRAINT student_school FOREIGN KEY (tenant_id, school_id) REFERENCES school.school (tenant_id, id)
    DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT student_birth_date_plausible CHECK (birth_date BETWEEN '1900-01-01' AND '2100-01-01'),
  CONSTRAINT student_gpa_not_negative CHECK (gpa >= 0)
);
CREATE INDEX student_by_school ON school.student (tenant_id, school_id);

CREATE TABLE school.enrollment (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  legacy_id bigint NOT NULL,
  student_id uuid NOT NULL,
  school_id uuid NOT NULL,
  school_year smallint NOT NULL,
  grade_level varchar(2) NOT NULL,
  entry_date date NOT NULL,
  exit_date date,
  entry_code varchar(3) NOT NULL,
  credits double precision,
  is_primary smallint NOT NULL,
  last_modified timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, legacy_id),
  CONSTRAINT enrollment_student FOREIGN KEY (tenant_id, student_id) REFERENCES school.student (tenant_id, id)
    DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT enrollment_school FOREIGN KEY (tenant_id, school_id) REFERENCES school.school (tenant_id, id)
    DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT enrollment_dates_ordered CHECK (exit_date >= entry_date),
  CONSTRAINT enrollment_school_year_plausible CHECK (school_year BETWEEN 1900 AND 2100)
);
CREATE INDEX enrollment_by_student ON school.enrollment (tenant_id, student_id);
CREATE INDEX enrollment_by_school ON school.enrollment (tenant_id, school_id);

CREATE TABLE school.assessment_result (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  legacy_id bigint NOT NULL,
  student_id uuid NOT NULL,
  assessment_code varchar(12) NOT NULL,
  subject varchar(4) NOT NULL,
  tested_at timestamptz NOT NULL,
  tested_at_local timestamp NOT NULL,
  submitted_at timestamptz NOT NULL,
  score numeric(9, 4) NOT NULL,
  scale_score integer,
  percentile numeric(5, 2),
  passed boolean,
  notes varchar(400),
  is_deleted boolean NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, legacy_id),
  CONSTRAINT assessment_result_student FOREIGN KEY (tenant_id, student_id) REFERENCES school.student (tenant_id, id)
    DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT assessment_result_percentile_in_range CHECK (percentile BETWEEN 0 AND 100)
);
CREATE INDEX assessment_result_by_student ON school.assessment_result (tenant_id, student_id);

-- Without app.tenant_id a query fails (unrecognized parameter, or an empty text that is no uuid once a transaction
-- has ended that set it): forgetting the tenant never shows another one's rows. FORCE binds the tables' owner too.
DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY
    ARRAY['district', 'school', 'grade_scale', 'student', 'enrollment', 'assessment_result'] LOOP
    EXECUTE format('ALTER TABLE school.%I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE school.%I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY one_tenant ON school.%I '
      'USING (tenant_id = current_setting(''app.tenant_id'')::uuid) '
      'WITH CHECK (tenant_id = current_setting(''app.tenant_id'')::uuid)',
      table_name);
  END LOOP;
END
$$;

COMMIT;
