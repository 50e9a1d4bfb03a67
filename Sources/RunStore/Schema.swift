import SQLite

/// The tables, version by version. A migration that has shipped is never edited.
enum Schema {
    /// What `user_version` is after the last migration.
    static let version = Int64(migrations.count)

    static let migrations: [String] = [first]

    private static let open = "queued running waiting paused failing stopping"
    private static let ended = "succeeded failed cancelled"

    /// Rows that a stop touches are small and lie together: a run's own row holds its stop and the
    /// state of all its steps; what it carries (input, output, labels) lies in `run_data`. Every
    /// index of a tenant's table begins with the workspace, but for the two that only the engine's
    /// clock reads. A run's number is never given twice. What belongs to a run refers to it by
    /// number without a foreign key, because a deleted run's row goes first and the rest is swept
    /// afterwards.
    private static let first = """
        CREATE TABLE server(
            id INTEGER PRIMARY KEY CHECK (id = 1),
            boot_count INTEGER NOT NULL,
            event_floor INTEGER NOT NULL,
            cursor_secret BLOB NOT NULL CHECK (length(cursor_secret) = 32)
        ) STRICT;
        CREATE TABLE organization(
            n INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
            name TEXT NOT NULL UNIQUE,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE workspace(
            n INTEGER PRIMARY KEY,
            organization_n INTEGER NOT NULL REFERENCES organization(n),
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
            name TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            UNIQUE (organization_n, name)
        ) STRICT;
        CREATE TABLE api_key(
            id TEXT PRIMARY KEY,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            kind TEXT NOT NULL CHECK \(oneOf("kind", "instance organization workspace")),
            role TEXT NOT NULL CHECK \(oneOf("role", "owner admin operator worker viewer")),
            organization_n INTEGER NOT NULL REFERENCES organization(n),
            workspace_n INTEGER REFERENCES workspace(n),
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            revoked_at INTEGER,
            last_used_at INTEGER,
            last_four TEXT NOT NULL,
            CHECK ((kind = 'organization') = (workspace_n IS NULL))
        ) STRICT;
        CREATE TABLE workflow(
            n INTEGER PRIMARY KEY,
            workspace_n INTEGER NOT NULL REFERENCES workspace(n),
            id BLOB NOT NULL CHECK (length(id) = 16),
            name TEXT NOT NULL,
            newest INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            UNIQUE (workspace_n, id),
            UNIQUE (workspace_n, name)
        ) STRICT;
        CREATE TABLE workflow_version(
            n INTEGER PRIMARY KEY,
            workspace_n INTEGER NOT NULL REFERENCES workspace(n),
            workflow_n INTEGER NOT NULL REFERENCES workflow(n),
            version INTEGER NOT NULL CHECK (version >= 1),
            document TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            UNIQUE (workspace_n, workflow_n, version)
        ) STRICT;
        CREATE TABLE run(
            n INTEGER PRIMARY KEY AUTOINCREMENT,
            workspace_n INTEGER NOT NULL REFERENCES workspace(n),
            id BLOB NOT NULL CHECK (length(id) = 16),
            workflow_n INTEGER NOT NULL REFERENCES workflow(n),
            version_n INTEGER NOT NULL REFERENCES workflow_version(n),
            state TEXT NOT NULL CHECK \(oneOf("state", "\(open) \(ended)")),
            how TEXT CHECK \(oneOf("how", "clean forced lost")),
            origin TEXT NOT NULL
                CHECK \(oneOf("origin", "native feather extend wexa agno kubiya")),
            created_at INTEGER NOT NULL,
            started_at INTEGER,
            ended_at INTEGER,
            updated_at INTEGER NOT NULL,
            start_at INTEGER,
            grace INTEGER,
            deadline INTEGER,
            timeout_at INTEGER,
            wake_at INTEGER,
            last_event INTEGER NOT NULL,
            session TEXT,
            steps TEXT NOT NULL,
            stop_from_state TEXT,
            stop_mode TEXT CHECK \(oneOf("stop_mode", "cancel terminate delete")),
            stop_reason TEXT,
            stop_actor TEXT,
            stop_style TEXT,
            stop_request TEXT,
            stop_at INTEGER,
            stop_grace INTEGER,
            stop_escalated_at INTEGER,
            stop_escalated_by TEXT,
            stop_repeats INTEGER NOT NULL DEFAULT 0,
            UNIQUE (workspace_n, id),
            CHECK (\(oneOf("state", ended)) = (ended_at IS NOT NULL)),
            CHECK ((state = 'cancelled') = (how IS NOT NULL)),
            CHECK ((state <> 'stopping' AND state <> 'cancelled') OR stop_at IS NOT NULL),
            CHECK ((stop_at IS NULL) = (stop_mode IS NULL))
        ) STRICT;
        CREATE INDEX run_by_workspace ON run(workspace_n);
        CREATE INDEX run_by_workflow ON run(workspace_n, workflow_n);
        CREATE INDEX run_by_session ON run(workspace_n, session) WHERE session IS NOT NULL;
        CREATE INDEX run_open ON run(workspace_n) WHERE ended_at IS NULL;
        CREATE INDEX run_wake ON run(wake_at) WHERE wake_at IS NOT NULL;
        CREATE TRIGGER run_ended BEFORE UPDATE OF state ON run
        WHEN \(oneOf("OLD.state", ended)) AND NEW.state <> OLD.state
        BEGIN SELECT RAISE(ABORT, 'an ended state is final'); END;
        CREATE TABLE run_data(
            run_n INTEGER PRIMARY KEY,
            workspace_n INTEGER NOT NULL,
            input TEXT NOT NULL,
            labels TEXT NOT NULL,
            output TEXT,
            error TEXT,
            alias TEXT,
            annotation TEXT
        ) STRICT;
        CREATE TABLE run_label(
            workspace_n INTEGER NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            run_n INTEGER NOT NULL,
            PRIMARY KEY (workspace_n, name, value, run_n)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE run_alias(
            workspace_n INTEGER NOT NULL,
            alias TEXT NOT NULL,
            run_n INTEGER NOT NULL,
            PRIMARY KEY (workspace_n, alias)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE step_output(
            n INTEGER PRIMARY KEY,
            workspace_n INTEGER NOT NULL,
            run_n INTEGER NOT NULL,
            step INTEGER NOT NULL,
            output TEXT NOT NULL,
            UNIQUE (workspace_n, run_n, step)
        ) STRICT;
        CREATE TABLE task(
            run_n INTEGER NOT NULL,
            step INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            workspace_n INTEGER NOT NULL,
            queue TEXT NOT NULL,
            state TEXT NOT NULL
                CHECK \(oneOf("state", "queued parked held completed failed stopped lost revoked")),
            due_at INTEGER NOT NULL,
            worker TEXT,
            token_hash BLOB CHECK (length(token_hash) = 32),
            lease_expires_at INTEGER,
            last_call_at INTEGER,
            PRIMARY KEY (run_n, step, attempt),
            CHECK (state <> 'held' OR (worker IS NOT NULL AND token_hash IS NOT NULL
                AND lease_expires_at IS NOT NULL AND last_call_at IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX task_queue ON task(workspace_n, queue, due_at) WHERE state = 'queued';
        CREATE INDEX task_lease ON task(lease_expires_at) WHERE state = 'held';
        CREATE TABLE event(
            n INTEGER PRIMARY KEY,
            workspace_n INTEGER NOT NULL,
            run_n INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            data TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX event_of_run ON event(workspace_n, run_n, seq);
        CREATE TABLE tombstone(
            n INTEGER PRIMARY KEY,
            workspace_n INTEGER NOT NULL REFERENCES workspace(n),
            run_id BLOB NOT NULL CHECK (length(run_id) = 16),
            state TEXT NOT NULL,
            how TEXT,
            ended_at INTEGER NOT NULL,
            counts TEXT NOT NULL,
            deleted_at INTEGER NOT NULL,
            deleted_by TEXT NOT NULL,
            deleted_style TEXT NOT NULL,
            deleted_request TEXT NOT NULL,
            deleted_reason TEXT,
            stop_from_state TEXT,
            stop_mode TEXT,
            stop_reason TEXT,
            stop_actor TEXT,
            stop_style TEXT,
            stop_request TEXT,
            stop_at INTEGER,
            stop_grace INTEGER,
            stop_escalated_at INTEGER,
            stop_escalated_by TEXT,
            stop_repeats INTEGER NOT NULL DEFAULT 0,
            UNIQUE (workspace_n, run_id)
        ) STRICT;
        CREATE TABLE sweep(run_n INTEGER PRIMARY KEY, workspace_n INTEGER NOT NULL) STRICT;
        CREATE TABLE idempotency(
            n INTEGER PRIMARY KEY,
            workspace_n INTEGER NOT NULL,
            scope BLOB NOT NULL CHECK (length(scope) = 32),
            fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
            status INTEGER NOT NULL,
            body BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            UNIQUE (workspace_n, scope)
        ) STRICT;
        """

    /// That a column is one of some words, and not NULL. Compared one by one: SQLite makes a table
    /// of the words of an `IN` anew for every row that is checked.
    private static func oneOf(_ column: String, _ words: String) -> String {
        let tests = words.split(separator: " ").map { "\(column) = '\($0)'" }
        return "(" + tests.joined(separator: " OR ") + ")"
    }
}
