// What trees of processes have made of the machine.
#define _GNU_SOURCE
#include "CLinux.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct process {
    pid_t pid, parent;
    long long ticks;
};

static bool read_file(int folder, const char *path, char *text, size_t size) {
    int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t got = read(fd, text, size - 1);
    close(fd);
    if (got <= 0) return false;
    text[got] = 0;
    return true;
}

// Own time and that of children that were waited for: what ends is added to its parent's, so that the sum over a tree stays.
static bool read_stat(int folder, const char *name, struct process *found) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "%.20s/stat", name);
    if (!read_file(folder, path, text, sizeof text)) return false;
    // The name of a program may hold spaces and parentheses.
    char *rest = strrchr(text, ')');
    if (!rest) return false;
    long long own_user, own_system, child_user, child_system;
    int parent;
    if (sscanf(rest + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld %lld %lld", &parent, &own_user,
               &own_system, &child_user, &child_system) != 5)
        return false;
    found->pid = (pid_t)atol(name);
    found->parent = parent;
    found->ticks = own_user + own_system + child_user + child_system;
    return true;
}

static long long read_bytes(int folder, pid_t pid) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "%d/io", pid);
    if (!read_file(folder, path, text, sizeof text)) {
        // It has ended meanwhile, and is its parent's from now on.
        snprintf(path, sizeof path, "%d", pid);
        return faccessat(folder, path, F_OK, 0) == 0 ? -1 : 0;
    }
    long long in, out;
    const char *reads = strstr(text, "rchar:"), *writes = strstr(text, "wchar:");
    if (!reads || !writes || sscanf(reads, "rchar: %lld", &in) != 1 || sscanf(writes, "wchar: %lld", &out) != 1) return -1;
    return in + out;
}

static int by_pid(const void *left, const void *right) {
    pid_t a = ((const struct process *)left)->pid, b = ((const struct process *)right)->pid;
    return (a > b) - (a < b);
}

static const struct process *find(const struct process *all, size_t count, pid_t pid) {
    struct process key = {.pid = pid};
    return bsearch(&key, all, count, sizeof *all, by_pid);
}

static bool descends(const struct process *all, size_t count, const struct process *one, pid_t root) {
    // A chain is as long as a tree is deep; one that was read while it changed must come to an end too.
    for (int depth = 0; one && depth < 4096; depth++) {
        if (one->pid == root) return true;
        one = find(all, count, one->parent);
    }
    return false;
}

void linux_sum_use(const pid_t *roots, size_t count, int output) {
    DIR *processes = opendir("/proc");
    if (!processes) return;
    struct process *all = NULL;
    size_t used = 0, room = 0;
    struct dirent *entry;
    while ((entry = readdir(processes))) {
        if (!isdigit((unsigned char)entry->d_name[0])) continue;
        if (used == room) {
            room = room ? room * 2 : 1024;
            struct process *more = realloc(all, room * sizeof *all);
            if (!more) break;
            all = more;
        }
        if (read_stat(dirfd(processes), entry->d_name, &all[used])) used++;
    }
    if (used) qsort(all, used, sizeof *all, by_pid);
    long ticks = sysconf(_SC_CLK_TCK);
    for (size_t root = 0; root < count; root++) {
        long long time = 0, bytes = 0;
        bool is_there = false, all_read = true;
        for (size_t place = 0; place < used; place++) {
            if (!descends(all, used, &all[place], roots[root])) continue;
            is_there = true;
            time += all[place].ticks;
            long long here = read_bytes(dirfd(processes), all[place].pid);
            if (here < 0) all_read = false;
            else bytes += here;
        }
        dprintf(output, "%d %lld %lld\n", roots[root], is_there && ticks > 0 ? time * 1000 / ticks : -1LL,
                is_there && all_read ? bytes : -1LL);
    }
    free(all);
    closedir(processes);
    dprintf(output, "done\n");
}
