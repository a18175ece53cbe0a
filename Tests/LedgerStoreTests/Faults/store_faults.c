#define _GNU_SOURCE
#include "store_faults.h"
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int failing, mirroring, fired, failure;
static atomic_long countdown;

void store_faults_fail(enum store_fault call, long at, int error) {
    fired = 0;
    failure = error;
    countdown = at;
    failing = call;
}

int store_faults_fired(void) { return fired; }

void store_faults_mirror(void) { mirroring = 1; }

// The path of a descriptor when it is a ledger's database or log; the shared index is never synced and never counts.
static int is_ledger(int file, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, "/ledger.sqlite") != NULL && strstr(path, "-shm") == NULL;
}

static int is_due(enum store_fault call, int file) {
    char path[4096];
    if (failing != call || !is_ledger(file, path, sizeof path)) return 0;
    if (atomic_fetch_sub(&countdown, 1) != 1) return 0;
    fired = 1;
    return 1;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    if (is_due(STORE_FAULT_WRITE, file)) {
        syscall(SYS_pwrite64, file, bytes, count / 2, offset);
        errno = failure;
        return -1;
    }
    return syscall(SYS_pwrite64, file, bytes, count, offset);
}

static void mirror(int file) {
    char path[4096], part[4200], whole[4200], buffer[65536];
    if (!is_ledger(file, path, sizeof path)) return;
    snprintf(part, sizeof part, "%s.part", path);
    snprintf(whole, sizeof whole, "%s.synced", path);
    int copy = open(part, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (copy < 0) return;
    off_t offset = 0;
    for (ssize_t got; (got = pread(file, buffer, sizeof buffer, offset)) > 0; offset += got)
        if (syscall(SYS_write, copy, buffer, got) != got) break;
    close(copy);
    rename(part, whole);
}

int fdatasync(int file) {
    if (is_due(STORE_FAULT_SYNC, file)) {
        errno = failure;
        return -1;
    }
    int result = syscall(SYS_fdatasync, file);
    if (result == 0 && mirroring) mirror(file);
    return result;
}
