import GRDB

/// The tables, and how a database of an older format becomes one of this format.
enum Schema {
    /// The newest format that this binary knows; in SQLite's `user_version`.
    static let version = 6
    /// `Crrl`, in SQLite's `application_id`: this database is a ledger and nothing else.
    static let applicationID = 0x4372_726c

    /// One migration for each format. What has once been released is never edited: a change is a new migration.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: first)
            try database.execute(sql: "PRAGMA user_version = 1")
        }
        migrator.registerMigration("2") { database in
            try database.execute(sql: second)
            try database.execute(sql: "PRAGMA user_version = 2")
        }
        migrator.registerMigration("3") { database in
            try database.execute(sql: third)
            try database.execute(sql: "PRAGMA user_version = 3")
        }
        migrator.registerMigration("4") { database in
            try database.execute(sql: fourth)
            try database.execute(sql: "PRAGMA user_version = 4")
        }
        migrator.registerMigration("5") { database in
            try database.execute(sql: fifth)
            try database.execute(sql: "PRAGMA user_version = 5")
        }
        migrator.registerMigration("6") { database in
            try database.execute(sql: sixth)
            try database.execute(sql: "PRAGMA user_version = 6")
        }
        return migrator
    }

    /// Times are milliseconds since 1970 on the ledger's clock; bodies are JSON.
    ///
    /// `work_order` may hold secrets: its rows go when their request ends. `token` holds digests only.
    private static let first = """
        CREATE TABLE event(
            sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL,
            subject INTEGER, body TEXT NOT NULL);
        CREATE INDEX event_subject ON event(subject) WHERE subject IS NOT NULL;
        CREATE TABLE checkpoint(
            sequence INTEGER PRIMARY KEY, version INTEGER NOT NULL, digest INTEGER NOT NULL, body BLOB NOT NULL);
        CREATE TABLE work_order(id INTEGER PRIMARY KEY, body TEXT NOT NULL);
        CREATE TABLE ended(
            id INTEGER PRIMARY KEY, user TEXT NOT NULL, name TEXT NOT NULL, phase TEXT NOT NULL,
            submitted_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, body TEXT NOT NULL);
        CREATE INDEX ended_user ON ended(user);
        CREATE TABLE answered_key(
            user TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, request INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY(user, key)) WITHOUT ROWID;
        CREATE TABLE token(
            id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, user TEXT NOT NULL, name TEXT NOT NULL,
            administrator INTEGER NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, last_used_at INTEGER,
            revoked_at INTEGER);
        """

    /// The state in force that stands for the events which are no longer kept, and the one that may follow it.
    private static let second = """
        CREATE TABLE base(
            sequence INTEGER PRIMARY KEY, version INTEGER NOT NULL, digest INTEGER NOT NULL, body BLOB NOT NULL,
            in_force INTEGER NOT NULL);
        CREATE UNIQUE INDEX base_in_force ON base(in_force);
        """

    /// Who may sign in, and what was done by whom. Of secrets there are digests only, and slow hashes of passwords.
    /// Numbers of sessions are never given twice, since `audit` names them.
    private static let third = """
        CREATE TABLE account(
            name TEXT PRIMARY KEY, display_name TEXT NOT NULL, role TEXT NOT NULL, disabled INTEGER NOT NULL,
            password TEXT, unix_id INTEGER UNIQUE, created_at INTEGER NOT NULL, last_sign_in_at INTEGER);
        CREATE UNIQUE INDEX account_folded ON account(lower(name));
        CREATE TABLE browser_session(
            id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE, user TEXT NOT NULL,
            created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, address TEXT NOT NULL,
            agent TEXT NOT NULL, ended_at INTEGER);
        CREATE INDEX browser_session_user ON browser_session(user);
        CREATE TABLE sign_in_ticket(
            id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE, user TEXT NOT NULL, made_by TEXT,
            created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER);
        ALTER TABLE token ADD COLUMN scope TEXT;
        CREATE TABLE audit(
            id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, user TEXT, door TEXT NOT NULL, address TEXT NOT NULL,
            act TEXT NOT NULL, subject TEXT, status INTEGER NOT NULL);
        CREATE INDEX audit_user ON audit(user);
        """

    /// Whom a provider vouches for, by what it never gives to another one; and the numbers of Unix users that were given, each once.
    /// Ways into single sessions are rows beside sign-ins, and end with the sign-in that they come from. Who is let into a session
    /// beside its user.
    private static let fourth = """
        CREATE TABLE outside_identity(
            issuer TEXT NOT NULL, subject TEXT NOT NULL, user TEXT NOT NULL, created_at INTEGER NOT NULL,
            PRIMARY KEY(issuer, subject)) WITHOUT ROWID;
        CREATE UNIQUE INDEX outside_identity_user ON outside_identity(user, issuer);
        CREATE TABLE allocated_unix_id(id INTEGER PRIMARY KEY, user TEXT NOT NULL, at INTEGER NOT NULL);
        ALTER TABLE browser_session ADD COLUMN entrance INTEGER;
        ALTER TABLE browser_session ADD COLUMN parent INTEGER;
        CREATE INDEX browser_session_entrance ON browser_session(entrance, user) WHERE entrance IS NOT NULL;
        CREATE INDEX browser_session_parent ON browser_session(parent) WHERE parent IS NOT NULL;
        CREATE TABLE session_share(request INTEGER NOT NULL, user TEXT NOT NULL, PRIMARY KEY(request, user)) WITHOUT ROWID;
        """

    /// Data sets; the names of `teams` are a JSON list, empty for everybody.
    private static let fifth = """
        CREATE TABLE data_set(
            name TEXT PRIMARY KEY, folder TEXT NOT NULL, about TEXT NOT NULL, teams TEXT NOT NULL, added_by TEXT NOT NULL,
            added_at INTEGER NOT NULL, is_open INTEGER NOT NULL, files INTEGER, bytes INTEGER) WITHOUT ROWID;
        """

    /// What administrators have kept by name, as JSON.
    private static let sixth = """
        CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL, changed_at INTEGER NOT NULL) WITHOUT ROWID;
        """
}
