#define _GNU_SOURCE
#include "CLinux.h"
#include "write_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Between fork and exec only calls that are safe in a signal handler are made.

static void reset_dispositions(void) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
}

static void reset_signals(void) {
    reset_dispositions();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// A signal that pid 1 of a namespace has no handler for is thrown away, unless it is blocked: then it waits. So whoever
// becomes pid 1 has the signals that ask it to end blocked from its first moment on, and reads them when it can. They
// are blocked in the launcher too, so that there is no moment at which they are not.
static void hold_back_endings(void) {
    reset_dispositions();
    sigset_t endings;
    sigemptyset(&endings);
    sigaddset(&endings, SIGTERM);
    sigaddset(&endings, SIGINT);
    sigprocmask(SIG_SETMASK, &endings, NULL);
}

static bool is_listed(const struct linux_descriptor *descriptors, size_t count, int fd) {
    for (size_t i = 0; i < count; i++) {
        if (descriptors[i].from == fd) return true;
    }
    return false;
}

// Closes everything from 3 on that is not listed.
static int close_others(const struct linux_descriptor *descriptors, size_t count) {
    unsigned first = 3;
    for (;;) {
        while (is_listed(descriptors, count, (int)first)) first++;
        unsigned next = ~0U;
        for (size_t i = 0; i < count; i++) {
            unsigned from = (unsigned)descriptors[i].from;
            if (from > first && from < next) next = from;
        }
        if (syscall(SYS_close_range, first, next == ~0U ? next : next - 1, 0)) return errno;
        if (next == ~0U) return 0;
        first = next;
    }
}

// Gives each descriptor its number. They are moved out of the way first, since one's number may be another's place;
// before that all others are closed, so that there is room where the parent had none left.
static int place(const struct linux_descriptor *descriptors, size_t count) {
    int moved[32], highest = 2;
    if (count > sizeof moved / sizeof *moved) return EINVAL;
    for (size_t i = 0; i < count; i++) {
        if (descriptors[i].to > highest) highest = descriptors[i].to;
    }
    int error = close_others(descriptors, count);
    if (error) return error;
    for (size_t i = 0; i < count; i++) {
        moved[i] = fcntl(descriptors[i].from, F_DUPFD, highest + 1);
        if (moved[i] < 0) return errno;
    }
    for (size_t i = 0; i < count; i++) {
        if (dup2(moved[i], descriptors[i].to) < 0) return errno;
    }
    // What was not placed is not the child's: a gap in the numbers is closed too.
    for (int fd = 3; fd <= highest; fd++) {
        bool wanted = false;
        for (size_t i = 0; i < count; i++) wanted = wanted || descriptors[i].to == fd;
        if (!wanted) close(fd);
    }
    return syscall(SYS_close_range, (unsigned)highest + 1, ~0U, 0) ? errno : 0;
}

static struct rlimit original_limit;
static bool limit_is_raised;

int linux_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (limit_is_raised) return 0;
    if (getrlimit(RLIMIT_NOFILE, &limit)) return -errno;
    original_limit = limit;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit)) return -errno;
    limit_is_raised = true;
    return 0;
}

// After the last descriptor has got its number.
static int restore_limit(void) {
    return limit_is_raised && setrlimit(RLIMIT_NOFILE, &original_limit) ? errno : 0;
}

static int become(struct linux_identity identity, const gid_t *groups, size_t count) {
    if (!identity.applies) return 0;
    if (setgroups(count, groups) || setresgid(identity.gid, identity.gid, identity.gid)) return errno;
    return setresuid(identity.uid, identity.uid, identity.uid) ? errno : 0;
}

// Tells the parent why exec was not reached; the pipe closes by itself when it was.
static void report(int pipe_end, int number) {
    while (write(pipe_end, &number, sizeof number) < 0 && errno == EINTR) {}
    _exit(127);
}

static int exec_error(int pipe_end) {
    int number = 0;
    ssize_t count;
    while ((count = read(pipe_end, &number, sizeof number)) < 0 && errno == EINTR) {}
    return count == (ssize_t)sizeof number ? number : 0;
}

// What the process may ever have again.
static void bound_capabilities(uint64_t kept) {
    for (int number = 0; number < 64; number++) {
        if (kept >> number & 1) continue;
        // The kernel knows no higher number.
        if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0)) break;
    }
}

static int hold_capabilities(uint64_t kept) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};
    if (syscall(SYS_capget, &header, data)) return errno;
    for (int half = 0; half < 2; half++) {
        // What this process itself has been refused, as by a service manager, it can't keep.
        unsigned bits = (unsigned)(kept >> (32 * half)) & data[half].permitted;
        data[half] = (struct __user_cap_data_struct){.effective = bits, .permitted = bits};
    }
    return syscall(SYS_capset, &header, data) ? errno : 0;
}

// Takes away for good every capability but those of `kept`, a bit each. In this order: the bounding set needs CAP_SETPCAP.
static int keep_capabilities(uint64_t kept) {
    bound_capabilities(kept);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return errno;
    return hold_capabilities(kept);
}

// What a tied child is besides.
struct tied {
    struct linux_identity identity;
    const gid_t *groups;
    size_t group_count;
    // Becomes its standard output; -1: the parent's is inherited.
    int channel;
    // Becomes its standard input too.
    bool takes_input;
    bool is_restricted;
    uint64_t kept_capabilities;
    bool guards_files;
};

static pid_t spawn_tied(
    const char *path, char *const *arguments, char *const *environment, const struct linux_descriptor *descriptors,
    size_t count, struct tied tied) {
    int errors[2];
    if (pipe2(errors, O_CLOEXEC)) return -errno;
    struct linux_descriptor placed[16];
    if (count > 14) return -EINVAL;
    int highest = 2;
    for (size_t i = 0; i < count; i++) {
        placed[i] = descriptors[i];
        if (descriptors[i].to > highest) highest = descriptors[i].to;
    }
    placed[count] = (struct linux_descriptor){.from = errors[1], .to = highest + 1};
    size_t places = count + 1;
    if (tied.channel >= 0) {
        placed[places] = (struct linux_descriptor){.from = tied.channel, .to = highest + 2};
        places++;
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        reset_signals();
        int number = place(placed, places), pipe_end = number ? errors[1] : highest + 1;
        if (!number) {
            fcntl(pipe_end, F_SETFD, FD_CLOEXEC);
            int nothing = open("/dev/null", O_RDONLY);
            if (nothing < 0 || dup2(nothing, 0) < 0) number = errno;
            if (nothing > 2) close(nothing);
        }
        if (!number && tied.channel >= 0) {
            if (dup2(highest + 2, 1) < 0 || (tied.takes_input && dup2(highest + 2, 0) < 0)) number = errno;
            close(highest + 2);
        }
        syscall(SYS_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, NULL);
        if (!number) number = restore_limit();
        if (!number) number = become(tied.identity, tied.groups, tied.group_count);
        if (!number && tied.is_restricted) number = keep_capabilities(tied.kept_capabilities);
        if (!number && tied.is_restricted && tied.guards_files) number = write_guard_begin();
        // After the change of user, which clears it.
        if (!number && prctl(PR_SET_PDEATHSIG, SIGKILL)) number = errno;
        if (!number && getppid() != parent) _exit(0);
        if (!number) {
            execve(path, arguments, environment);
            number = errno;
        }
        report(pipe_end, number);
    }
    int failure = errno;
    close(errors[1]);
    int number = pid < 0 ? failure : exec_error(errors[0]);
    close(errors[0]);
    if (pid > 0 && number) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    }
    return number ? -number : pid;
}

pid_t linux_spawn_tied(
    const char *path, char *const *arguments, char *const *environment, const struct linux_descriptor *descriptors,
    size_t count, struct linux_identity identity) {
    return spawn_tied(
        path, arguments, environment, descriptors, count, (struct tied){.identity = identity, .channel = -1});
}

pid_t linux_spawn_helper(
    const char *path, char *const *arguments, char *const *environment, int channel, bool takes_input,
    bool is_restricted, uint64_t kept_capabilities, bool guards_files) {
    return spawn_tied(
        path, arguments, environment, NULL, 0,
        (struct tied){
            .channel = channel, .takes_input = takes_input, .is_restricted = is_restricted,
            .kept_capabilities = kept_capabilities, .guards_files = guards_files});
}

pid_t linux_spawn_helper_for(
    const char *path, char *const *arguments, char *const *environment, int channel, struct linux_identity identity,
    const gid_t *groups, size_t count) {
    // Its user may look into what they start, and stop it, from exec on. So it is root until it is closed to them: what is left to do
    // then is the change of user, and nothing else can be done with these two.
    uint64_t kept = identity.applies ? UINT64_C(1) << CAP_SETUID | UINT64_C(1) << CAP_SETPCAP : 0;
    identity.uid = 0;
    return spawn_tied(
        path, arguments, environment, NULL, 0,
        (struct tied){
            .channel = channel, .takes_input = true, .is_restricted = true, .kept_capabilities = kept,
            .identity = identity, .groups = groups, .group_count = count});
}

int linux_become_private(uid_t uid) {
    pid_t parent = getppid();
    bound_capabilities(0);
    // What is kept over the change keeps its new user off, also where fs.suid_dumpable opens a process that changes: they have none
    // of it. It is gone once the process is closed by itself.
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) || setresuid(uid, uid, uid)) return -errno;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0)) return -errno;
    int error = hold_capabilities(0);
    if (error) return -error;
    // The change has cleared it.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)) return -errno;
    if (getppid() != parent) _exit(0);
    return 0;
}

pid_t linux_spawn_lookout(void (*body)(void *context, int output), void *context, int output) {
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(0);
        // Nothing that its parent heard of by its own means is this one's to hear of.
        reset_signals();
        const struct linux_descriptor placed = {.from = output, .to = 3};
        if (place(&placed, 1)) _exit(127);
        body(context, 3);
        _exit(0);
    }
    return pid < 0 ? -errno : pid;
}

// Writes "0", which stands for the writer.
static bool join_by(int file) { return write(file, "0", 1) == 1; }

// As fork does, but the child is born in this control group of version 2: moving a process there later takes a lock for
// which the kernel may wait longer than for all the rest. `joined`: whether it was.
static pid_t fork_into(int group, bool *joined) {
    *joined = false;
    if (group < 0) return fork();
    struct clone_args arguments = {
        .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (unsigned)group};
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    *joined = pid >= 0;
    // A kernel before 5.7, or one that lets nobody call this.
    return pid < 0 ? fork() : pid;
}

static bool join_late(int group) {
    int file = openat(group, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    return file >= 0 && join_by(file);
}

// The process between: starts the one that is wanted, tells its pid and ends, so that init inherits it.
static void step_between(
    int answer, const char *path, char *const *arguments, const struct linux_descriptor *descriptors, size_t count,
    const struct linux_groups *groups) {
    bool joined;
    pid_t pid = fork_into(groups->unified, &joined);
    if (pid == 0) {
        setsid();
        // What the launcher's session keyring holds is not for what it starts.
        syscall(SYS_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, NULL);
        hold_back_endings();
        for (size_t i = 0; i < groups->count; i++) {
            if (!join_by(groups->tasks[i])) _exit(127);
        }
        if (groups->unified >= 0 && !joined && !join_late(groups->unified)) _exit(127);
        if (place(descriptors, count) || restore_limit()) _exit(127);
        char *const none[] = {NULL};
        execve(path, arguments, none);
        _exit(127);
    }
    int result = pid < 0 ? -errno : pid;
    while (write(answer, &result, sizeof result) < 0 && errno == EINTR) {}
    _exit(0);
}

pid_t linux_spawn_detached(
    const char *path, char *const *arguments, const struct linux_descriptor *descriptors, size_t count,
    struct linux_groups groups) {
    int answers[2];
    if (pipe2(answers, O_CLOEXEC)) return -errno;
    pid_t between = fork();
    if (between == 0) step_between(answers[1], path, arguments, descriptors, count, &groups);
    int failure = errno, result = 0;
    close(answers[1]);
    if (between < 0) result = -failure;
    else {
        ssize_t got;
        while ((got = read(answers[0], &result, sizeof result)) < 0 && errno == EINTR) {}
        if (got != (ssize_t)sizeof result) result = -EAGAIN;
        while (waitpid(between, NULL, 0) < 0 && errno == EINTR) {}
    }
    close(answers[0]);
    return result;
}
