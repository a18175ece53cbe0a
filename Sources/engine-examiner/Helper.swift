import CLinux
import Glibc

/// What a launcher starts for the tests in the place of processes that look at devices.
enum ExaminedHelper {
    static func run(_ kind: String, _ words: [String]) -> Never {
        switch (kind, words.first) {
        case ("watch", _): echo()
        case ("probe", "hang"): hang()
        case ("probe", "exit"): exit(7)
        case ("files", _): change(words)
        default: tell(words)
        }
    }

    /// Gives back what it reads, to its input's end.
    private static func echo() -> Never {
        var buffer = [UInt8](repeating: 0, count: 1_000)
        while true {
            let count = read(0, &buffer, buffer.count)
            guard count > 0, write(1, buffer, count) == count else { exit(0) }
        }
    }

    /// Deaf to everything, with a child that is deaf too and whose number it says.
    private static func hang() -> Never {
        signal(SIGTERM, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        var child: pid_t = 0
        let script: [String] = ["sh", "-c", "trap '' TERM HUP; sleep 1000; sleep 1000"]
        let words: [UnsafeMutablePointer<CChar>?] = script.map { strdup($0) }
        posix_spawn(&child, "/bin/sh", nil, nil, words + [nil], environ)
        say("\(child)")
        while true { pause() }
    }

    /// What it was told and what it may.
    private static func tell(_ words: [String]) -> Never {
        var lines = ["words \(words.joined(separator: " "))", "user \(geteuid())"] + standing
        let open = (3..<100).filter { fcntl(Int32($0), F_GETFD) >= 0 }
        lines.append("files \(open.count)")
        for folder in ["/etc", "/var/tmp"] {
            let path = "\(folder)/carrel-helper-\(getpid())"
            let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
            lines.append("writes \(folder) \(file >= 0)")
            if file >= 0 { unlink(path) }
        }
        lines.append("writes /dev \(Glibc.open("/dev/null", O_RDWR) >= 0)")
        var pointer = environ
        while let variable = pointer.pointee {
            lines.append("variable \(String(cString: variable))")
            pointer += 1
        }
        say(lines.joined(separator: ";"))
        exit(0)
    }

    /// Says what it is before it becomes its user, and after; then stays until its line ends.
    private static func change(_ words: [String]) -> Never {
        say("before;" + standing.joined(separator: ";"))
        guard let uid = words.last.flatMap({ UInt32($0) }), linux_become_private(uid) == 0 else { exit(71) }
        // Of a process that its user may not look into, what stands there is root's.
        var found = stat()
        let isClosed = stat("/proc/self/status", &found) == 0 && found.st_uid == 0
        say("after;" + (standing + ["closed \(isClosed)"]).joined(separator: ";"))
        var byte: UInt8 = 0
        _ = read(0, &byte, 1)
        exit(0)
    }

    /// What the kernel says of its user, groups and capabilities.
    private static var standing: [String] {
        var lines: [String] = []
        let fields = ["Uid:", "Gid:", "Groups:", "CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:", "NoNewPrivs:"]
        if let status = fopen("/proc/self/status", "r") {
            var line = [CChar](repeating: 0, count: 256)
            while fgets(&line, Int32(line.count), status) != nil {
                let parts = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self).split {
                    $0 == "\t" || $0 == "\n" || $0 == " "
                }
                if let first = parts.first, fields.contains(String(first)) {
                    lines.append("\(first)\(parts.dropFirst().joined(separator: " "))")
                }
            }
            fclose(status)
        }
        return lines
    }

    private static func say(_ line: String) {
        let text = line + "\n"
        _ = text.withCString { write(1, $0, strlen($0)) }
    }
}
