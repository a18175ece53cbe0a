#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Exit codes when the work could not be started; the launcher reads the files and takes these as a hint at most.
enum { EXIT_NEVER_BEGAN = 125, EXIT_FAILED = 126 };

static void protect_descriptors(void) {
    for (int fd = FD_LOCK; fd < FD_FIRST_FREE; fd++) {
        if (fcntl(fd, F_SETFD, FD_CLOEXEC)) _exit(EXIT_NEVER_BEGAN);
    }
    syscall(SYS_close_range, (unsigned)FD_FIRST_FREE, ~0U, 0);
}

// Blocks what this process hears of through a descriptor; a blocked signal reaches pid 1 even from its own namespace.
// SIGTERM and SIGINT are blocked since before bubblewrap was started: one that came meanwhile is read here.
static int open_signals(void) {
    sigset_t heard;
    sigemptyset(&heard);
    sigaddset(&heard, SIGTERM);
    sigaddset(&heard, SIGINT);
    sigaddset(&heard, SIGCHLD);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_SETMASK, &heard, NULL)) _exit(EXIT_NEVER_BEGAN);
    int fd = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0) _exit(EXIT_NEVER_BEGAN);
    return fd;
}

static void wait_for_go(void) {
    char byte;
    ssize_t count;
    while ((count = read(FD_GO, &byte, 1)) < 0 && errno == EINTR) {}
    // The launcher is gone, or has thought better of it: nothing has begun.
    if (count != 1) _exit(EXIT_NEVER_BEGAN);
    close(FD_GO);
}

static void fail(struct launch_error error) {
    exit_write_failure(error);
    _exit(EXIT_FAILED);
}

// Collects every child that has ended. When the work itself has, its exit is recorded and the namespace ends.
static void collect(pid_t work) {
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid < 0 && errno == EINTR) continue;
        if (pid <= 0) return;
        if (pid != work) continue;
        terminal_drain();
        exit_write_status(status);
        _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    }
}

static void hear(int signals, pid_t work) {
    struct signalfd_siginfo info;
    while (read(signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGCHLD) continue;
        terminal_signal(work, (int)info.ssi_signo, true);
        if (info.ssi_signo == SIGTERM) terminal_end(work);
    }
    collect(work);
}

static void tend(int signals, pid_t work) {
    enum { SIGNALS, LISTENER, INPUT, TERMINAL, CLIENTS };
    for (;;) {
        struct pollfd polled[CLIENTS + CLIENT_LIMIT];
        polled[SIGNALS] = (struct pollfd){.fd = signals, .events = POLLIN};
        polled[LISTENER] = (struct pollfd){.fd = FD_ATTACH, .events = POLLIN};
        polled[INPUT] = (struct pollfd){.fd = input_descriptor(), .events = input_wants_write() ? POLLOUT : 0};
        polled[TERMINAL] = (struct pollfd){.fd = terminal_descriptor(), .events = POLLIN};
        for (int i = 0; i < CLIENT_LIMIT; i++) {
            polled[CLIENTS + i] = (struct pollfd){.fd = client_descriptor(i), .events = POLLIN};
        }
        if (poll(polled, CLIENTS + CLIENT_LIMIT, terminal_patience()) < 0) continue;
        terminal_tend(work);
        if (polled[SIGNALS].revents) hear(signals, work);
        if (polled[TERMINAL].revents) terminal_read();
        if (polled[INPUT].revents) input_flush(polled[INPUT].revents & (POLLERR | POLLNVAL));
        for (int i = 0; i < CLIENT_LIMIT; i++) {
            if (polled[CLIENTS + i].revents) client_serve(i, work);
        }
        if (polled[LISTENER].revents) client_accept();
    }
}

// What the work reads, and on a terminal also where it writes.
static int open_input(const struct spec *spec) {
    if (spec->header.flags & SPEC_HAS_TERMINAL) return terminal_open(spec);
    if (!(spec->header.flags & SPEC_TAKES_INPUT)) {
        input_ignore();
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    }
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return -1;
    if (fcntl(ends[1], F_SETFL, O_NONBLOCK)) return -1;
    input_open(ends[1]);
    return ends[0];
}

static int run_attempt(void) {
    struct spec spec;
    protect_descriptors();
    int signals = open_signals();
    if (!spec_read(FD_SPEC, &spec)) _exit(EXIT_NEVER_BEGAN);
    close(FD_SPEC);
    wait_for_go();
    struct launch_error error = identity_drop(&spec);
    if (error.failure) fail(error);
    umask(022);
    error = directory_enter(spec.directory);
    if (error.failure) fail(error);
    int input = open_input(&spec);
    if (input < 0) fail((struct launch_error){.failure = FAILURE_SANDBOX, .number = errno});
    if (!door_open(&spec)) fail((struct launch_error){.failure = FAILURE_SANDBOX, .number = errno});
    if (!began_write()) fail((struct launch_error){.failure = FAILURE_STORAGE_FULL, .number = errno});
    bool on_terminal = spec.header.flags & SPEC_HAS_TERMINAL;
    pid_t work = work_start(&spec, input, on_terminal, &error);
    if (work < 0) fail(error);
    // Of a terminal it stays open: it is not to end while a program has closed it and another one has not opened it yet.
    if (!on_terminal) close(input);
    spec_forget(&spec);
    tend(signals, work);
    return EXIT_FAILED;
}

// Keeps a control group from being empty.
static int hold(void) {
    for (;;) pause();
}

int main(int count, char **arguments) {
    prctl(PR_SET_DUMPABLE, 0);
    if (count >= 2 && !strcmp(arguments[1], "attempt")) return run_attempt();
    if (count == 2 && !strcmp(arguments[1], "hold")) return hold();
    if (count >= 2 && !strcmp(arguments[1], "probe")) return probe_run(count - 2, arguments + 2);
    static const char words[] = "carrel-init is started by carrel; it does nothing by itself.\n";
    if (write(2, words, sizeof words - 1) < 0) return 65;
    return 64;
}
