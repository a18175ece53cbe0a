/// What people type who know other tools, and the verbs that do it here, the likeliest first.
enum Synonyms {
    static func of(_ word: String) -> [String]? { table[word] }

    /// The same of what is typed after a verb that has verbs of its own.
    /// - Parameter names: those that it has.
    static func of(_ word: String, among names: [String]) -> [String]? {
        for (meant, words) in subgroups where words.contains(word) {
            let known = meant.filter(names.contains)
            if !known.isEmpty { return known }
        }
        return nil
    }

    private static let subgroups: [([String], [String])] = [
        // An account stays, since the ledger's history names it.
        (["remove", "rm", "revoke", "cancel", "disable"], ["remove", "delete", "del", "rm", "drop", "erase", "rmdir"]),
        (["add", "create", "set", "mkdir"], ["new", "make", "create", "add", "invite"]),
        (["set"], ["change", "modify", "edit", "update", "rename", "guarantee"]),
        (["disable"], ["lock", "suspend", "block", "ban"]),
        (["enable"], ["unlock", "unblock"]),
        (["list"], ["ls", "all", "dir"]),
        (["show"], ["get", "info", "describe", "view", "cat"]),
        (["password"], ["passwd"]),
        (["put"], ["send", "copy", "cp", "push"]),
        (["get"], ["fetch", "cat", "pull"]),
        (["use"], ["df", "du", "quota"]),
        (["list"], ["show", "info", "describe", "view", "get"]),
    ]

    private static let table: [String: [String]] = {
        var table: [String: [String]] = [:]
        for (verbs, words) in groups { for word in words { table[word] = verbs } }
        return table
    }()

    private static let groups: [([String], [String])] = [
        (["ps", "queue", "gpus"], ["status", "stat", "info", "overview"]),
        (["ps"], ["list", "ls", "jobs", "leases", "requests", "sacct", "history", "get", "qstat", "bjobs", "tasks"]),
        (["top"], ["htop", "nvtop", "nvitop", "gpustat", "monitor", "watch", "metrics", "usage"]),
        (["queue", "ps"], ["squeue", "waiting", "pending", "line"]),
        (["gpus"], ["sinfo", "nvidia-smi", "rocm-smi", "gpu", "devices", "nodes", "smi", "resources", "pool", "free"]),
        (
            ["run"],
            [
                "sbatch", "srun", "salloc", "submit", "start", "launch", "create", "checkout", "alloc", "allocate", "qsub",
                "bsub", "job", "apply", "notebook", "jupyter", "python", "python3",
            ]
        ),
        (
            ["return"],
            [
                "cancel", "kill", "stop", "rm", "scancel", "delete", "remove", "release", "end", "abort", "terminate",
                "free-gpu", "qdel", "bkill", "give-back", "checkin",
            ]
        ),
        (["env"], ["environment", "environments", "venv", "virtualenv", "conda", "pip", "module", "modules"]),
        (["data"], ["dataset", "datasets", "data-set", "data-sets"]),
        (
            ["files"],
            [
                "file", "upload", "download", "cp", "mv", "scp", "rsync", "sftp", "put", "storage", "folder", "disk", "df",
                "du",
            ]
        ),
        (["shell"], ["bash", "terminal", "tty", "interactive", "sh", "zsh"]),
        (["revoke"], ["evict", "preempt", "reclaim", "seize"]),
        (["attach"], ["ssh", "exec", "connect", "join", "sattach", "resume", "fg", "enter", "wait"]),
        (["logs"], ["log", "output", "tail", "cat", "bpeek"]),
        (["show"], ["inspect", "describe", "scontrol", "details", "view"]),
        (["extend"], ["renew", "prolong", "keep", "more", "longer"]),
        (["reserve"], ["reservation", "reservations", "book", "booking", "claim", "schedule"]),
        (["why"], ["explain", "reason", "when"]),
        (["receipt"], ["proof", "bill"]),
        (["report"], ["energy", "sreport", "reports", "cost", "costs", "accounting"]),
        (["up"], ["serve", "server", "daemon", "init", "slurmctld"]),
        (["doctor"], ["check", "health", "diagnose", "ping", "debug"]),
        (["policy"], ["config", "settings", "qos"]),
        (["limits"], ["limit", "allowance", "quotas"]),
        (["profile"], ["profiles", "size", "sizes", "flavor", "flavors", "partition", "instance"]),
        (["team"], ["teams", "group", "groups", "sacctmgr", "quota"]),
        (
            ["user"],
            ["users", "account", "accounts", "invite", "sign-in", "signin", "passwd", "password", "sign-out"]
        ),
        (["token", "login"], ["tokens", "auth", "key"]),
        (["audit"], ["who-did", "trail", "journal"]),
    ]
}
