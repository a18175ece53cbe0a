#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct launch_error failed(enum failure failure) {
    return (struct launch_error){.failure = failure, .number = errno};
}

struct launch_error identity_drop(const struct spec *spec) {
    // Keys in the launcher's session keyring are not for the work. A kernel without keys, or one that forbids them, has none.
    syscall(SYS_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, NULL);
    if (spec->header.flags & SPEC_DROPS_IDENTITY) {
        uid_t uid = spec->header.uid;
        gid_t gid = spec->header.gid;
        if (setgroups(spec->header.groups, spec->groups)) return failed(FAILURE_SANDBOX);
        if (setresgid(gid, gid, gid) || setresuid(uid, uid, uid)) return failed(FAILURE_SANDBOX);
        uid_t real, effective, saved;
        if (getresuid(&real, &effective, &saved)) return failed(FAILURE_SANDBOX);
        if (real != uid || effective != uid || saved != uid) return failed(FAILURE_SANDBOX);
    }
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
    if (syscall(SYS_capset, &header, none)) return failed(FAILURE_SANDBOX);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return failed(FAILURE_SANDBOX);
    // A change of identity resets it to the system's default.
    if (prctl(PR_SET_DUMPABLE, 0)) return failed(FAILURE_SANDBOX);
    return (struct launch_error){0};
}

struct launch_error directory_enter(const char *path) {
    if (!chdir(path)) return (struct launch_error){0};
    bool missing = errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG;
    return failed(missing ? FAILURE_DIRECTORY_MISSING : FAILURE_DIRECTORY_FORBIDDEN);
}

static enum failure failure_of(int number, const char *path) {
    struct stat info;
    switch (number) {
    case E2BIG: return FAILURE_ARGUMENTS_TOO_LONG;
    // The file is there: what is missing is the interpreter that its first line names.
    case ENOENT: return stat(path, &info) ? FAILURE_COMMAND_NOT_FOUND : FAILURE_COMMAND_NOT_EXECUTABLE;
    case ENOTDIR: case ENAMETOOLONG: return FAILURE_COMMAND_NOT_FOUND;
    case EACCES: case EPERM: case ENOEXEC: case EISDIR: case ELOOP: case ETXTBSY: case EINVAL: case ELIBBAD:
        return FAILURE_COMMAND_NOT_EXECUTABLE;
    default: return FAILURE_SANDBOX;
    }
}

// Executes one file; a file without a first line that names an interpreter is a shell's, as execvp has it.
static void execute(const char *path, const struct spec *spec) {
    execve(path, spec->arguments, spec->environment);
    if (errno != ENOEXEC) return;
    size_t count = spec->header.arguments;
    char **list = calloc(count + 2, sizeof *list);
    if (!list) return;
    list[0] = "/bin/sh";
    list[1] = (char *)path;
    for (size_t i = 1; i < count; i++) list[i + 1] = spec->arguments[i];
    execve("/bin/sh", list, spec->environment);
    errno = ENOEXEC;
}

static const char *search_path(const struct spec *spec) {
    for (char **variable = spec->environment; *variable; variable++) {
        if (!strncmp(*variable, "PATH=", 5)) return *variable + 5;
    }
    return "/usr/local/bin:/usr/bin:/bin";
}

// Returns only when nothing could be executed.
static struct launch_error execute_by_path(const struct spec *spec) {
    const char *name = spec->arguments[0];
    struct launch_error worst = {.failure = FAILURE_COMMAND_NOT_FOUND, .number = ENOENT};
    if (!*name) return worst;
    if (strchr(name, '/')) {
        execute(name, spec);
        return (struct launch_error){.failure = failure_of(errno, name), .number = errno};
    }
    for (const char *part = search_path(spec); part; ) {
        const char *stop = strchr(part, ':');
        size_t length = stop ? (size_t)(stop - part) : strlen(part);
        char path[PATH_MAX];
        if (length + 1 + strlen(name) < sizeof path) {
            memcpy(path, part, length);
            if (length) path[length++] = '/';
            strcpy(path + length, name);
            execute(path, spec);
            int number = errno;
            enum failure failure = failure_of(number, path);
            if (failure == FAILURE_ARGUMENTS_TOO_LONG || failure == FAILURE_SANDBOX) {
                return (struct launch_error){.failure = failure, .number = number};
            }
            // A directory on the way that may not be entered hides nothing that was found.
            struct stat info;
            if (failure == FAILURE_COMMAND_NOT_EXECUTABLE && !stat(path, &info) && S_ISREG(info.st_mode)) {
                worst = (struct launch_error){.failure = failure, .number = number};
            }
        }
        part = stop ? stop + 1 : NULL;
    }
    return worst;
}

// When memory runs out, the work is to be ended rather than what holds it up. Raising is everybody's right.
static void offer_to_memory_killer(void) {
    // The file belongs to root while this process, a copy of pid 1, may not be looked into; exec ends that anyway.
    prctl(PR_SET_DUMPABLE, 1);
    int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    char text[16];
    ssize_t count = read(fd, text, sizeof text - 1);
    if (count > 0) {
        text[count] = 0;
        int score = atoi(text) + 200;
        count = snprintf(text, sizeof text, "%d", score < 1000 ? score : 1000);
        // Without it the work runs all the same.
        if (pwrite(fd, text, (size_t)count, 0) < 0) errno = 0;
    }
    close(fd);
}

static bool place_streams(int input, bool on_terminal) {
    if (on_terminal && ioctl(input, TIOCSCTTY, 0)) return false;
    int out = on_terminal ? input : FD_OUT, err = on_terminal ? input : FD_ERR;
    return dup2(input, 0) >= 0 && dup2(out, 1) >= 0 && dup2(err, 2) >= 0;
}

static void become_work(const struct spec *spec, int input, bool on_terminal, int report) {
    struct launch_error error;
    setsid();
    // The records are pid 1's alone: from here on, other processes of the same user may look into this one.
    close(FD_LOCK);
    close(FD_BEGAN);
    close(FD_EXIT);
    close(FD_ATTACH);
    if (on_terminal) close(FD_OUT);
    offer_to_memory_killer();
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (!place_streams(input, on_terminal)) error = failed(FAILURE_SANDBOX);
    else error = execute_by_path(spec);
    while (write(report, &error, sizeof error) < 0 && errno == EINTR) {}
    _exit(127);
}

pid_t work_start(const struct spec *spec, int input, bool on_terminal, struct launch_error *error) {
    int report[2];
    if (pipe2(report, O_CLOEXEC)) {
        *error = failed(FAILURE_SANDBOX);
        return -1;
    }
    pid_t pid = fork();
    if (pid < 0) {
        *error = failed(FAILURE_SANDBOX);
        return -1;
    }
    if (pid == 0) become_work(spec, input, on_terminal, report[1]);
    close(report[1]);
    ssize_t count;
    // End of file: the program runs. Signals wait until then, so that none is lost before it has its own session.
    while ((count = read(report[0], error, sizeof *error)) < 0 && errno == EINTR) {}
    close(report[0]);
    if (count == 0) return pid;
    if (count != (ssize_t)sizeof *error) *error = failed(FAILURE_SANDBOX);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    return -1;
}
