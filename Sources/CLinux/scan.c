#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static bool is_number(const char *name) {
    for (; *name; name++) {
        if (*name < '0' || *name > '9') return false;
    }
    return true;
}

// Looks through one table of descriptors. Returns false when it may not be looked into.
static bool scan_table(int folder, const char *path, const char *pid, const dev_t *devices, size_t count, int output) {
    int fd = openat(folder, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    // A process that has just ended holds nothing.
    if (fd < 0) return errno == ENOENT || errno == ESRCH;
    DIR *list = fdopendir(fd);
    if (!list) {
        close(fd);
        return false;
    }
    struct dirent *entry;
    bool looked = true;
    errno = 0;
    while ((entry = readdir(list))) {
        struct stat info;
        if (!is_number(entry->d_name)) continue;
        if (fstatat(dirfd(list), entry->d_name, &info, 0)) {
            if (errno == EACCES || errno == EPERM) looked = false;
            continue;
        }
        if (!S_ISCHR(info.st_mode) && !S_ISBLK(info.st_mode)) continue;
        for (size_t i = 0; i < count; i++) {
            if (info.st_rdev != devices[i]) continue;
            dprintf(output, "%s %u %u\n", pid, major(devices[i]), minor(devices[i]));
        }
    }
    closedir(list);
    return looked;
}

// A thread may have a table of its own, which the process's folder doesn't show.
static bool scan_process(int folder, const char *pid, const dev_t *devices, size_t count, int output) {
    char path[64];
    snprintf(path, sizeof path, "%s/fd", pid);
    bool looked = scan_table(folder, path, pid, devices, count, output);
    snprintf(path, sizeof path, "%s/task", pid);
    int fd = openat(folder, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *threads = fd < 0 ? NULL : fdopendir(fd);
    if (!threads) {
        if (fd >= 0) close(fd);
        return looked && (errno == ENOENT || errno == ESRCH);
    }
    long leader = strtol(pid, NULL, 10);
    struct dirent *entry;
    while ((entry = readdir(threads))) {
        if (!is_number(entry->d_name)) continue;
        long thread = strtol(entry->d_name, NULL, 10);
        // Most threads share the process's table; that one has been looked through.
        if (thread == leader || syscall(SYS_kcmp, leader, thread, KCMP_FILES, 0, 0) == 0) continue;
        snprintf(path, sizeof path, "%s/task/%.20s/fd", pid, entry->d_name);
        if (!scan_table(folder, path, pid, devices, count, output)) looked = false;
    }
    closedir(threads);
    return looked;
}

void linux_scan_holders(const dev_t *devices, size_t count, int output) {
    unsigned denied = 0;
    DIR *processes = opendir("/proc");
    if (!processes) return;
    struct dirent *entry;
    while ((entry = readdir(processes))) {
        if (!is_number(entry->d_name)) continue;
        if (!scan_process(dirfd(processes), entry->d_name, devices, count, output)) denied++;
    }
    closedir(processes);
    dprintf(output, "done %u\n", denied);
}
