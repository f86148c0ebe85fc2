/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All SQL of the program. docs/formats.md, "Store", explains every table and column. */
#include "store/sql.h"

/* docs/formats.md says why for each. */
const char sql_connection[] = "PRAGMA foreign_keys = ON;"
			      "PRAGMA trusted_schema = OFF;"
			      "PRAGMA cell_size_check = ON;"
			      "PRAGMA synchronous = NORMAL;"
			      "PRAGMA journal_size_limit = 4194304;";

const char sql_reader[] = "PRAGMA query_only = ON;";

const char sql_writer[] = "PRAGMA journal_mode = WAL;";

static const char version_1[] =
	"CREATE TABLE run ("
	"  id        INTEGER PRIMARY KEY,"
	"  uuid      TEXT NOT NULL UNIQUE"
	"    CHECK (length(uuid) = 36 AND uuid NOT GLOB '*[^0-9a-f-]*'),"
	"  app       TEXT NOT NULL,"
	"  release   TEXT NOT NULL,"
	"  backend   TEXT NOT NULL,"
	"  command   TEXT NOT NULL,"
	"  known     TEXT NOT NULL,"
	"  kernel    TEXT NOT NULL,"
	"  machine   TEXT NOT NULL,"
	"  state     TEXT NOT NULL"
	"    CHECK (state IN ('running', 'complete', 'truncated', 'lossy', 'partial')),"
	"  reason    TEXT NOT NULL DEFAULT '',"
	"  start     INTEGER NOT NULL,"
	"  duration  INTEGER NOT NULL DEFAULT 0,"
	"  calls     INTEGER NOT NULL DEFAULT 0,"
	"  lost      INTEGER NOT NULL DEFAULT 0,"
	"  tuples    INTEGER NOT NULL DEFAULT 0,"
	"  processes INTEGER NOT NULL DEFAULT 0,"
	"  status    INTEGER NOT NULL DEFAULT -1"
	") STRICT;"
	"CREATE INDEX run_app ON run (app, release, start);"

	"CREATE TABLE exe ("
	"  id       INTEGER PRIMARY KEY,"
	"  path     TEXT NOT NULL,"
	"  identity TEXT NOT NULL,"
	"  UNIQUE (path, identity)"
	") STRICT;"

	"CREATE TABLE process ("
	"  run     INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,"
	"  number  INTEGER NOT NULL,"
	"  image   INTEGER NOT NULL,"
	"  parent  INTEGER NOT NULL,"
	"  pid     INTEGER NOT NULL,"
	"  exe     INTEGER NOT NULL REFERENCES exe,"
	"  argv    BLOB NOT NULL,"
	"  start   INTEGER NOT NULL,"
	"  finish  INTEGER,"
	"  status  INTEGER,"
	"  PRIMARY KEY (run, number, image)"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE observation ("
	"  run     INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,"
	"  number  INTEGER NOT NULL,"
	"  exe     INTEGER NOT NULL REFERENCES exe,"
	"  arch    TEXT NOT NULL,"
	"  nr      INTEGER NOT NULL,"
	"  classes TEXT NOT NULL,"
	"  a0 ANY, a1 ANY, a2 ANY, a3 ANY, a4 ANY, a5 ANY,"
	"  count   INTEGER NOT NULL,"
	"  first   INTEGER NOT NULL,"
	"  last    INTEGER NOT NULL,"
	"  capped  INTEGER NOT NULL,"
	"  sampled INTEGER NOT NULL,"
	"  process INTEGER NOT NULL,"
	"  image   INTEGER NOT NULL,"
	"  PRIMARY KEY (run, number)"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE text ("
	"  run         INTEGER NOT NULL,"
	"  observation INTEGER NOT NULL,"
	"  number      INTEGER NOT NULL,"
	"  arg         INTEGER NOT NULL CHECK (arg BETWEEN 0 AND 5),"
	"  bytes       BLOB NOT NULL,"
	"  count       INTEGER NOT NULL,"
	"  PRIMARY KEY (run, observation, number),"
	"  FOREIGN KEY (run, observation) REFERENCES observation ON DELETE CASCADE"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE stack ("
	"  run         INTEGER NOT NULL,"
	"  observation INTEGER NOT NULL,"
	"  frames      TEXT NOT NULL,"
	"  PRIMARY KEY (run, observation),"
	"  FOREIGN KEY (run, observation) REFERENCES observation ON DELETE CASCADE"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE profile ("
	"  app     TEXT NOT NULL,"
	"  release TEXT NOT NULL,"
	"  sha256  TEXT NOT NULL,"
	"  time    INTEGER NOT NULL,"
	"  text    TEXT NOT NULL,"
	"  PRIMARY KEY (app, release, sha256)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX profile_hash ON profile (sha256);"

	"CREATE TABLE denial ("
	"  time    INTEGER NOT NULL,"
	"  app     TEXT NOT NULL,"
	"  release TEXT NOT NULL,"
	"  exe     TEXT NOT NULL,"
	"  pid     INTEGER NOT NULL,"
	"  arch    TEXT NOT NULL,"
	"  nr      INTEGER NOT NULL,"
	"  args    TEXT NOT NULL,"
	"  text    TEXT NOT NULL,"
	"  action  TEXT NOT NULL,"
	"  PRIMARY KEY (time, pid, app, release, exe, arch, nr, args, text, action)"
	") STRICT, WITHOUT ROWID;"

	"PRAGMA application_id = 0x776f6e74;"
	"PRAGMA user_version = 1;";

/* What watch adds: denials are counted, and canaries are evidence. */
static const char version_2[] =
	"ALTER TABLE denial ADD COLUMN count INTEGER NOT NULL DEFAULT 1;"
	"ALTER TABLE denial ADD COLUMN last INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE denial ADD COLUMN source TEXT NOT NULL DEFAULT 'explain';"
	"ALTER TABLE denial ADD COLUMN canary TEXT NOT NULL DEFAULT '';"
	"UPDATE denial SET last = time;"
	"CREATE INDEX denial_last ON denial (last);"

	"CREATE TABLE canary ("
	"  uuid     TEXT PRIMARY KEY"
	"    CHECK (length(uuid) = 36 AND uuid NOT GLOB '*[^0-9a-f-]*'),"
	"  app      TEXT NOT NULL,"
	"  release  TEXT NOT NULL,"
	"  profile  TEXT NOT NULL,"
	"  start    INTEGER NOT NULL,"
	"  finish   INTEGER NOT NULL,"
	"  watched  INTEGER NOT NULL,"
	"  whole    INTEGER NOT NULL,"
	"  lifeline TEXT NOT NULL"
	") STRICT, WITHOUT ROWID;"

	"PRAGMA user_version = 2;";

const char *const sql_migrations[] = { version_1, version_2 };
const size_t sql_version = countof(sql_migrations);

/* The columns in the order of struct run, for every statement that lists runs. */
#define RUN_COLUMNS                                                                                \
	"SELECT id, uuid, app, release, backend, command, reason, known, state, start, duration, " \
	"calls, lost, tuples, status, kernel, machine FROM run "

/* What a run is besides its state, in the order in which two copies of one run are compared. */
#define RUN_FACTS                                                                                  \
	"app, release, backend, command, known, kernel, machine, start, duration, calls, lost, "   \
	"tuples, processes, status"

/*
 * Which of two copies of a run is further: the finished one, then the one with more calls. The rest
 * makes the order total, so that merging gives one result whatever comes first.
 */
#define RUN_RANK(t)                                                                                \
	"(" t ".state NOT IN ('running', 'truncated'), " t ".calls, " t ".duration, " t            \
	".lost, " t ".tuples, " t ".processes, " t ".status, replace(" t                           \
	".state, 'running', 'truncated'), "                                                        \
	"iif(" t ".state = 'running', ?1, " t ".reason), " t ".start, " t ".app, " t               \
	".release, " t ".backend, " t ".command, " t ".known, " t ".kernel, " t ".machine)"

/* The number here of the executable with that number there. */
#define EXE_HERE(column)                                                                           \
	"(SELECT e.id FROM main.exe e JOIN source.exe x ON e.path = x.path"                        \
	" AND e.identity = x.identity WHERE x.id = " column ")"

/* Of two sightings of one denial or canary the further one; the rest is only there to be decided.
 */
#define DENIAL_JOIN                                                                                \
	" ON CONFLICT DO UPDATE SET count = max(count, excluded.count),"                           \
	" last = max(last, excluded.last), source = max(source, excluded.source),"                 \
	" canary = max(canary, excluded.canary)"
#define CANARY_JOIN                                                                                \
	" ON CONFLICT DO UPDATE SET finish = max(finish, excluded.finish),"                        \
	" watched = max(watched, excluded.watched), whole = max(whole, excluded.whole),"           \
	" app = max(app, excluded.app), release = max(release, excluded.release),"                 \
	" profile = max(profile, excluded.profile), start = min(start, excluded.start),"           \
	" lifeline = max(lifeline, excluded.lifeline)"

const char *const sql_queries[SQL_QUERIES] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_GET_VERSION] = "PRAGMA user_version",
	[SQL_GET_APPLICATION] = "PRAGMA application_id",
	[SQL_COUNT_OBJECTS] = "SELECT count(*) FROM sqlite_schema",
	[SQL_COUNT_HOSTILE_OBJECTS] =
		"SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')",

	[SQL_RUN_INSERT] = "INSERT INTO run (uuid, app, release, backend, command, known, kernel, "
			   "machine, state, start)"
			   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'running', ?9)",
	[SQL_RUN_PROGRESS] = "UPDATE run SET duration = ?2, calls = ?3, lost = ?4, tuples = ?5, "
			     "processes = ?6 WHERE id = ?1",
	[SQL_RUN_FINISH] = "UPDATE run SET state = ?2, reason = ?3, status = ?4, lost = ?5"
			   " WHERE id = ?1",
	[SQL_RUN_TRUNCATE] = "UPDATE run SET state = 'truncated', reason = ?2"
			     " WHERE id = ?1 AND state = 'running'",
	[SQL_RUN_LIST] = RUN_COLUMNS "WHERE (?1 IS NULL OR app = ?1)"
				     " AND (?2 IS NULL OR release = ?2) ORDER BY start, id",
	[SQL_RUN_BY_ID] = RUN_COLUMNS "WHERE id = ?1",
	[SQL_RUN_BY_UUID] = RUN_COLUMNS "WHERE uuid LIKE ?1 || '%' ORDER BY start, id LIMIT 2",
	[SQL_RUN_UNFINISHED] = "SELECT id, uuid FROM run WHERE state = 'running'",
	[SQL_RELEASE_LAST] =
		"SELECT release FROM run WHERE app = ?1 ORDER BY start DESC, uuid DESC LIMIT 1",
	[SQL_APP_COUNT] = "SELECT count(*) FROM run WHERE app = ?1"
			  " AND (?2 IS NULL OR release = ?2)",
	[SQL_APP_NAMES] = "SELECT DISTINCT app, release FROM run ORDER BY app, release",

	[SQL_EXE_INSERT] = "INSERT OR IGNORE INTO exe (path, identity) VALUES (?1, ?2)",
	[SQL_EXE_FIND] = "SELECT id FROM exe WHERE path = ?1 AND identity = ?2",
	[SQL_PROCESS_INSERT] = "INSERT INTO process (run, number, image, parent, pid, exe, argv, "
			       "start, finish, status)"
			       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	[SQL_PROCESS_UPDATE] =
		"UPDATE process SET exe = ?4, argv = ifnull(?5, argv), finish = ?6, status = ?7"
		" WHERE run = ?1 AND number = ?2 AND image = ?3",
	[SQL_OBSERVATION_INSERT] =
		"INSERT INTO observation (run, number, exe, arch, nr, classes, a0, a1, a2, a3, a4, "
		"a5, count, first, last, capped, sampled, process, image) VALUES (?1, ?2, ?3, ?4, "
		"?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
	[SQL_OBSERVATION_UPDATE] =
		"UPDATE observation SET classes = ?3, a0 = ?4, a1 = ?5, a2 = ?6, a3 = ?7, a4 = ?8, "
		"a5 = ?9, count = ?10, last = ?11, capped = ?12, sampled = ?13"
		" WHERE run = ?1 AND number = ?2",
	[SQL_TEXT_INSERT] = "INSERT INTO text (run, observation, number, arg, bytes, count)"
			    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[SQL_TEXT_UPDATE] = "UPDATE text SET count = ?4"
			    " WHERE run = ?1 AND observation = ?2 AND number = ?3",
	[SQL_STACK_INSERT] = "INSERT INTO stack (run, observation, frames) VALUES (?1, ?2, ?3)",

	[SQL_OBSERVATION_LIST] =
		"SELECT o.number, e.path, e.identity, o.arch, o.nr, o.classes, o.a0, o.a1, o.a2, "
		"o.a3, o.a4, o.a5, o.count, o.first, o.last, o.capped, o.sampled, s.frames, p.argv"
		" FROM observation o JOIN exe e ON e.id = o.exe"
		" LEFT JOIN stack s ON s.run = o.run AND s.observation = o.number"
		" LEFT JOIN process p"
		"   ON p.run = o.run AND p.number = o.process AND p.image = o.image"
		" WHERE o.run = ?1 ORDER BY o.number",
	[SQL_TEXT_LIST] = "SELECT observation, arg, bytes, count FROM text WHERE run = ?1"
			  " ORDER BY observation, number",

	[SQL_PROFILE_PUT] =
		"INSERT INTO profile (app, release, sha256, time, text) VALUES (?1, ?2, ?3, "
		"  max(?4, 1 + (SELECT ifnull(max(time), 0) FROM profile WHERE app = ?1)), ?5)"
		" ON CONFLICT DO UPDATE SET time = excluded.time",
	[SQL_PROFILE_LAST] = "SELECT text FROM profile WHERE app = ?1"
			     " ORDER BY time DESC, sha256 DESC LIMIT 1",
	[SQL_PROFILE_LAST_OF_RELEASE] = "SELECT text FROM profile WHERE app = ?1 AND release = ?2"
					" ORDER BY time DESC, sha256 DESC LIMIT 1",
	[SQL_PROFILE_BY_HASH] = "SELECT text FROM profile WHERE sha256 = ?1 LIMIT 1",
	[SQL_DENIAL_INSERT] =
		"INSERT INTO denial (time, app, release, exe, pid, arch, nr, args, text, action, "
		"count, last, source, canary)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)" DENIAL_JOIN,
	/* The newest 65536, with all of the same time as the last of them: so that merging trimmed
	 * databases gives what trimming a merged one does. */
	[SQL_DENIAL_TRIM] = "DELETE FROM main.denial WHERE time < (SELECT time FROM main.denial"
			    " ORDER BY time DESC LIMIT 1 OFFSET 65535)",
	[SQL_DENIAL_LIST] =
		"SELECT time, app, release, exe, pid, arch, nr, args, text, action, count, last, "
		"source, canary FROM denial WHERE last >= ?3 AND (?1 IS NULL OR app = ?1)"
		" AND (?2 IS NULL OR release = ?2)"
		" ORDER BY time, pid, exe, arch, nr, args, text, action, app, release",
	[SQL_CANARY_INSERT] = "INSERT INTO canary (uuid, app, release, profile, start, finish, "
			      "watched, whole, lifeline)"
			      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[SQL_CANARY_UPDATE] = "UPDATE canary SET finish = max(finish, ?2), watched = max(watched, "
			      "?3), whole = max(whole, ?4) WHERE uuid = ?1",
	[SQL_CANARY_LIST] = "SELECT uuid, app, release, profile, start, finish, watched, whole, "
			    "lifeline FROM canary WHERE (?1 IS NULL OR app = ?1)"
			    " ORDER BY start, uuid",

	[SQL_MERGE_ATTACH] = "ATTACH ?1 AS source",
	[SQL_MERGE_DETACH] = "DETACH source",
	/* Not IMMEDIATE, which would lock the source, too; the next statement locks ours. */
	[SQL_MERGE_BEGIN] = "BEGIN",
	[SQL_MERGE_LOCK] = "UPDATE main.run SET calls = calls WHERE 0",
	[SQL_MERGE_VERSION] = "PRAGMA source.user_version",
	[SQL_MERGE_SCHEMA] =
		"SELECT (SELECT count(*) FROM (SELECT type, name, tbl_name, sql FROM "
		"main.sqlite_schema EXCEPT SELECT type, name, tbl_name, sql FROM "
		"source.sqlite_schema)) + (SELECT count(*) FROM (SELECT type, name, tbl_name, sql "
		"FROM source.sqlite_schema EXCEPT SELECT type, name, tbl_name, sql FROM "
		"main.sqlite_schema))",
	[SQL_MERGE_CHECK] = "PRAGMA source.quick_check(1)",
	[SQL_MERGE_EXES] = "INSERT OR IGNORE INTO main.exe (path, identity)"
			   " SELECT path, identity FROM source.exe ORDER BY path, identity",
	[SQL_MERGE_RUN_LIST] = "SELECT s.id, m.id, s.uuid, m.state"
			       " FROM source.run s LEFT JOIN main.run m ON m.uuid = s.uuid"
			       " WHERE m.id IS NULL OR " RUN_RANK("s") " > " RUN_RANK(
				       "m") " ORDER BY s.start, s.uuid",
	[SQL_MERGE_RUN_INSERT] =
		"INSERT INTO main.run (uuid, state, reason, " RUN_FACTS ")"
		" SELECT uuid, replace(state, 'running', 'truncated'),"
		" iif(state = 'running', ?2, reason), " RUN_FACTS " FROM source.run WHERE id = ?1",
	[SQL_MERGE_RUN_REPLACE] =
		"UPDATE main.run SET (state, reason, " RUN_FACTS ") ="
		" (SELECT replace(state, 'running', 'truncated'),"
		" iif(state = 'running', ?2, reason), " RUN_FACTS " FROM source.run WHERE id = ?1)"
		" WHERE id = ?3",
	[SQL_MERGE_FORGET_OBSERVATIONS] = "DELETE FROM main.observation WHERE run = ?1",
	[SQL_MERGE_FORGET_PROCESSES] = "DELETE FROM main.process WHERE run = ?1",
	[SQL_MERGE_PROCESSES] =
		"INSERT INTO main.process SELECT ?2, number, image, parent, pid, " EXE_HERE(
			"p.exe") ", argv, start, finish, status FROM source.process p WHERE run = "
				 "?1",
	[SQL_MERGE_OBSERVATIONS] = "INSERT INTO main.observation SELECT ?2, number, " EXE_HERE(
		"o.exe") ", arch, nr, classes, a0, a1, a2, a3, a4, a5, count, first, last, capped, "
			 "sampled, "
			 "process, image FROM source.observation o WHERE run = ?1",
	[SQL_MERGE_TEXTS] =
		"INSERT INTO main.text SELECT ?2, observation, number, arg, bytes, count"
		" FROM source.text WHERE run = ?1",
	[SQL_MERGE_STACKS] = "INSERT INTO main.stack SELECT ?2, observation, frames"
			     " FROM source.stack WHERE run = ?1",
	[SQL_MERGE_PROFILES] = "INSERT INTO main.profile SELECT app, release, sha256, time, text"
			       " FROM source.profile WHERE true ON CONFLICT DO UPDATE SET"
			       " time = max(time, excluded.time), text = max(text, excluded.text)",
	[SQL_MERGE_DENIALS] =
		"INSERT INTO main.denial SELECT time, app, release, exe, pid, arch, nr, args, "
		"text, "
		"action, count, last, source, canary FROM source.denial WHERE true" DENIAL_JOIN,
	[SQL_MERGE_CANARIES] = "INSERT INTO main.canary SELECT uuid, app, release, profile, start, "
			       "finish, watched, "
			       "whole, lifeline FROM source.canary WHERE true" CANARY_JOIN,
};
