#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int linux_pidfd_open(pid_t pid) {
    long fd = syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : (int)fd;
}

int linux_pidfd_signal(int pidfd, int signal) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) ? -errno : 0;
}

bool linux_pidfd_ended(int pidfd) {
    struct pollfd polled = {.fd = pidfd, .events = POLLIN};
    return poll(&polled, 1, 0) > 0;
}

pid_t linux_ended_child(pid_t group) {
    siginfo_t info = {0};
    if (waitid(group ? P_PGID : P_ALL, (id_t)group, &info, WEXITED | WNOHANG | WNOWAIT)) return -errno;
    return info.si_pid;
}

int64_t linux_boot_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int linux_signal_descriptor(const int *signals, size_t count) {
    sigset_t heard;
    sigemptyset(&heard);
    for (size_t i = 0; i < count; i++) sigaddset(&heard, signals[i]);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &heard, NULL)) return -errno;
    int fd = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

int linux_signal_read(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

void linux_be_private(void) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
