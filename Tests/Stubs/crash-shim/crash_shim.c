// Preloaded under the real program by tests: it fails the n-th write below a folder, moves the wall clock, and shows
// another boot id. All of it is steered by a file that the test maps and changes while the program runs.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// The layout is known to Tests/Integration/Torture/CrashShim.swift.
struct control {
    _Atomic int64_t wall_offset_ms;
    _Atomic int64_t boot_offset_ms;
    _Atomic int64_t countdown; // the write that brings it to 0 fails; 0: none does
    _Atomic int64_t error;
    _Atomic int64_t sticky; // every later write fails too
    _Atomic int64_t failed; // how many did
    _Atomic int64_t writes; // how many there were, failed or not
    char folder[256];
    char boot_id[64]; // the path of a file; empty: the machine's own
};

static struct control *control;

__attribute__((constructor)) static void attach(void) {
    const char *path = getenv("CARREL_CRASH_SHIM");
    int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0) : -1;
    if (file < 0) return;
    void *place = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (place != MAP_FAILED) control = place;
}

static int is_due(int file) {
    if (!control || control->countdown <= 0) {
        if (!control || !control->sticky || !control->failed) return 0;
    }
    char link[64], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    if (strncmp(path, control->folder, strlen(control->folder)) != 0) return 0;
    // The index beside SQLite's log is memory, not disk.
    if (strstr(path, "-shm")) return 0;
    control->writes++;
    int due = control->countdown > 0 ? atomic_fetch_sub(&control->countdown, 1) == 1 : control->sticky && control->failed;
    if (due) control->failed++;
    return due;
}

#define FAIL_IF_DUE(file) if (is_due(file)) { errno = (int)control->error; return -1; }

ssize_t write(int file, const void *bytes, size_t count) {
    FAIL_IF_DUE(file)
    return syscall(SYS_write, file, bytes, count);
}

// Half of it arrives: a torn write.
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    if (is_due(file)) {
        syscall(SYS_pwrite64, file, bytes, count / 2, offset);
        errno = (int)control->error;
        return -1;
    }
    return syscall(SYS_pwrite64, file, bytes, count, offset);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) { return pwrite64(file, bytes, count, offset); }

int fsync(int file) { FAIL_IF_DUE(file) return (int)syscall(SYS_fsync, file); }
int fdatasync(int file) { FAIL_IF_DUE(file) return (int)syscall(SYS_fdatasync, file); }
int ftruncate64(int file, off64_t length) { FAIL_IF_DUE(file) return (int)syscall(SYS_ftruncate, file, length); }
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }
int fallocate64(int file, int mode, off64_t offset, off64_t length) {
    FAIL_IF_DUE(file)
    return (int)syscall(SYS_fallocate, file, mode, offset, length);
}
int fallocate(int file, int mode, off_t offset, off_t length) { return fallocate64(file, mode, offset, length); }

static const char *shown(const char *path) {
    int asks = control && control->boot_id[0] && strcmp(path, "/proc/sys/kernel/random/boot_id") == 0;
    return asks ? control->boot_id : path;
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return (int)syscall(SYS_openat, AT_FDCWD, shown(path), flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return (int)syscall(SYS_openat, AT_FDCWD, shown(path), flags, mode);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int answer = (int)syscall(SYS_clock_gettime, clock, time);
    if (answer == 0 && control && clock == CLOCK_REALTIME) time->tv_sec += control->wall_offset_ms / 1000;
    if (answer == 0 && control && clock == CLOCK_BOOTTIME) time->tv_sec += control->boot_offset_ms / 1000;
    return answer;
}

int gettimeofday(struct timeval *time, void *zone) {
    int answer = (int)syscall(SYS_gettimeofday, time, zone);
    if (answer == 0 && control) time->tv_sec += control->wall_offset_ms / 1000;
    return answer;
}
