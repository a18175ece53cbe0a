import Foundation
import Testing

/// A library that is loaded before all others and makes some system calls hang or fail, as a dead file server, a dead
/// directory service or a full table would. Each does so while a file of its name lies in the obstacle's folder.
struct Obstacle {
    enum Kind: String {
        /// Opening a path with `dead-server` in it never returns.
        case fileServer
        /// Looking up the user 4444444, or `dead-account`, never returns.
        case directoryService
        /// The table of processes can't be looked through to its end.
        case processTable
        /// No process can be watched.
        case processDescriptors
        /// Waiting for descriptors is refused.
        case waiting
        /// What is in the files of attempts can't be read, though they can be opened.
        case records
        /// The folder of the attempts can't be listed.
        case attempts
        /// Whoever looks up the user 4444444 crashes.
        case crash
    }

    static let uid: UInt32 = 4_444_444
    static let account = "dead-account"
    static let folderName = "dead-server"

    let folder: String

    init() throws {
        folder = try Bench.makeFolder(.root)
        let source = "\(folder)/obstacle.c"
        try Data(Self.source.utf8).write(to: URL(filePath: source))
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["cc", "-shared", "-fPIC", "-o", "\(folder)/obstacle.so", source, "-ldl"]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0, "This test needs a C compiler: apt-get install gcc")
    }

    var environment: [String: String] { ["LD_PRELOAD": "\(folder)/obstacle.so", "OBSTACLE": folder] }

    func raise(_ kind: Kind) throws { try Data().write(to: URL(filePath: "\(folder)/\(kind.rawValue)")) }
    func remove(_ kind: Kind) throws { try FileManager.default.removeItem(atPath: "\(folder)/\(kind.rawValue)") }
    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    private static let source = """
        #define _GNU_SOURCE
        #include <dirent.h>
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <poll.h>
        #include <pwd.h>
        #include <stdarg.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        static int raised(const char *kind) {
            char path[4096];
            const char *folder = getenv("OBSTACLE");
            if (!folder) return 0;
            snprintf(path, sizeof path, "%s/%s", folder, kind);
            return access(path, F_OK) == 0;
        }

        static void hang(const char *kind) { while (raised(kind)) usleep(20000); }

        int open(const char *path, int flags, ...) {
            va_list list;
            va_start(list, flags);
            int mode = va_arg(list, int);
            va_end(list);
            if (strstr(path, "dead-server")) hang("fileServer");
            int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
            return next(path, flags, mode);
        }

        int openat(int folder, const char *path, int flags, ...) {
            va_list list;
            va_start(list, flags);
            int mode = va_arg(list, int);
            va_end(list);
            if (strstr(path, "dead-server")) hang("fileServer");
            int (*next)(int, const char *, int, ...) = dlsym(RTLD_NEXT, "openat");
            return next(folder, path, flags, mode);
        }

        int poll(struct pollfd *list, nfds_t count, int timeout) {
            if (raised("waiting")) {
                errno = ENOSYS;
                return -1;
            }
            int (*next)(struct pollfd *, nfds_t, int) = dlsym(RTLD_NEXT, "poll");
            return next(list, count, timeout);
        }

        ssize_t read(int file, void *bytes, size_t size) {
            ssize_t (*next)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");
            if (raised("records")) {
                char link[64], path[4096];
                snprintf(link, sizeof link, "/proc/self/fd/%d", file);
                ssize_t length = readlink(link, path, sizeof path - 1);
                path[length < 0 ? 0 : length] = 0;
                if (strstr(path, "/attempts/")) {
                    errno = EIO;
                    return -1;
                }
            }
            return next(file, bytes, size);
        }

        DIR *opendir(const char *path) {
            if (strstr(path, "/attempts") && raised("attempts")) {
                errno = EIO;
                return NULL;
            }
            if (!strcmp(path, "/proc")) hang("processTable");
            DIR *(*next)(const char *) = dlsym(RTLD_NEXT, "opendir");
            return next(path);
        }

        int getpwuid_r(uid_t uid, struct passwd *entry, char *buffer, size_t size, struct passwd **result) {
            if (uid == 4444444 && raised("crash")) abort();
            if (uid == 4444444) hang("directoryService");
            int (*next)(uid_t, struct passwd *, char *, size_t, struct passwd **) = dlsym(RTLD_NEXT, "getpwuid_r");
            return next(uid, entry, buffer, size, result);
        }

        int getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size, struct passwd **result) {
            if (!strcmp(name, "dead-account")) hang("directoryService");
            int (*next)(const char *, struct passwd *, char *, size_t, struct passwd **) = dlsym(RTLD_NEXT, "getpwnam_r");
            return next(name, entry, buffer, size, result);
        }

        long syscall(long number, ...) {
            va_list list;
            va_start(list, number);
            long a = va_arg(list, long), b = va_arg(list, long), c = va_arg(list, long);
            long d = va_arg(list, long), e = va_arg(list, long), f = va_arg(list, long);
            va_end(list);
            if (number == SYS_pidfd_open && raised("processDescriptors")) {
                errno = EMFILE;
                return -1;
            }
            long (*next)(long, ...) = dlsym(RTLD_NEXT, "syscall");
            return next(number, a, b, c, d, e, f);
        }

        """
}
