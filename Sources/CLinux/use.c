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

// A process under no root; one that has not been asked yet; one that is being asked.
enum { NONE = -1, UNKNOWN = -2, ON_THE_WAY = -3 };

struct process {
    pid_t pid, parent;
    // The nearest root at or above it, as its place among the roots, or one of the words above.
    int root;
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
    found->root = UNKNOWN;
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

static struct process *find(struct process *all, size_t count, pid_t pid) {
    struct process key = {.pid = pid};
    return bsearch(&key, all, count, sizeof *all, by_pid);
}

// The nearest root at or above a process. Each process is passed once, however deep a tree is.
static int root_of(struct process *all, size_t count, struct process *one) {
    int root = NONE;
    struct process *at = one;
    while (at && at->root == UNKNOWN) {
        // A list that was read while it changed may have a ring in it.
        at->root = ON_THE_WAY;
        at = find(all, count, at->parent);
    }
    if (at && at->root != ON_THE_WAY) root = at->root;
    for (at = one; at && at->root == ON_THE_WAY; at = find(all, count, at->parent)) at->root = root;
    return root;
}

struct sum {
    long long time, bytes;
    bool is_there, is_read;
};

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
    struct sum *sums = calloc(count + 1, sizeof *sums);
    long ticks = sysconf(_SC_CLK_TCK);
    for (size_t i = 0; sums && i < count; i++) {
        struct process *root = find(all, used, roots[i]);
        sums[i] = (struct sum){.is_there = root, .is_read = true};
        if (root) root->root = (int)i;
    }
    for (size_t place = 0; sums && place < used; place++) {
        int root = root_of(all, used, &all[place]);
        if (root < 0) continue;
        long long here = read_bytes(dirfd(processes), all[place].pid);
        sums[root].time += all[place].ticks;
        if (here < 0) sums[root].is_read = false;
        else sums[root].bytes += here;
    }
    for (size_t i = 0; sums && i < count; i++) {
        bool is_timed = sums[i].is_there && ticks > 0;
        dprintf(output, "%d %lld %lld\n", roots[i], is_timed ? sums[i].time * 1000 / ticks : -1LL,
                sums[i].is_there && sums[i].is_read ? sums[i].bytes : -1LL);
    }
    if (sums) dprintf(output, "done\n");
    free(sums);
    free(all);
    closedir(processes);
}
