#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct search {
    const dev_t *devices;
    // How many processes were found for each of them, and whether the process that is looked at now is one of them.
    unsigned *found;
    bool *held;
    size_t count;
    int processes, output;
    unsigned denied, hidden, unread;
};

static bool is_number(const char *name) {
    for (; *name; name++) {
        if (*name < '0' || *name > '9') return false;
    }
    return true;
}

static FILE *open_text(int folder, const char *path) {
    int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    if (!file && fd >= 0) close(fd);
    return file;
}

// --- Files that refuse to be looked at ---

// The mount that a file was opened through, as the kernel has it; no file system is asked. -1: not known.
static long mount_of(int folder, const char *base, const char *descriptor) {
    char path[96], line[256];
    long mount = -1;
    snprintf(path, sizeof path, "%s/fdinfo/%.20s", base, descriptor);
    FILE *file = open_text(folder, path);
    if (!file) return -1;
    while (mount < 0 && fgets(line, sizeof line, file)) {
        if (sscanf(line, "mnt_id: %ld", &mount) != 1) mount = -1;
    }
    fclose(file);
    return mount;
}

enum mount_kind { MOUNT_UNKNOWN, MOUNT_WITH_DEVICES, MOUNT_WITH_DEVICES_OF_USERS, MOUNT_WITHOUT_DEVICES };

static bool has_word(const char *list, const char *word) {
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += length) {
        if ((at == list || at[-1] == ',') && (!at[length] || at[length] == ',')) return true;
    }
    return false;
}

// A node on one of these was made by root of its server or of another of its clients, who needs no lease; and a file that was
// deleted there while it was open refuses to be looked at, which happens every day.
static bool is_of_a_network(const char *type) {
    static const char *const types[] = {"nfs", "cifs", "smb", "9p", "ceph", "lustre", "afs", "gpfs", "beegfs"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!strncmp(type, types[i], strlen(types[i]))) return true;
    }
    return false;
}

// `ID PARENT DEVICE ROOT PLACE OPTIONS … - TYPE SOURCE …`; blanks in paths are written in octal.
static enum mount_kind kind_in(int folder, const char *path, long mount) {
    char *line = NULL;
    size_t room = 0;
    enum mount_kind kind = MOUNT_UNKNOWN;
    FILE *file = open_text(folder, path);
    if (!file) return kind;
    while (kind == MOUNT_UNKNOWN && getline(&line, &room, file) > 0) {
        if (strtol(line, NULL, 10) != mount) continue;
        char *rest = line, *options = NULL;
        for (int field = 0; field < 6; field++) options = strsep(&rest, " ");
        const char *type = rest ? strstr(rest, "- ") : NULL;
        if (!options || !type) break;
        if (has_word(options, "nodev") || is_of_a_network(type + 2)) kind = MOUNT_WITHOUT_DEVICES;
        else kind = strncmp(type + 2, "fuse", 4) ? MOUNT_WITH_DEVICES : MOUNT_WITH_DEVICES_OF_USERS;
    }
    free(line);
    fclose(file);
    return kind;
}

static bool has_own_users(int folder, const char *pid) {
    char path[64];
    struct stat theirs, ours;
    snprintf(path, sizeof path, "%.20s/ns/user", pid);
    return !fstatat(folder, path, &theirs, 0) && !fstatat(folder, "self/ns/user", &ours, 0) && theirs.st_ino != ours.st_ino;
}

// Whether an open file that its file system tells nothing of can't be a device: it was opened through a mount on which no
// device can be opened. A file system of a user's own, which root may not look into unless its user says so, is always
// mounted like that, or in a user namespace of its own, where the kernel allows none either.
static bool is_surely_no_device(const struct search *search, const char *base, const char *pid, const char *descriptor) {
    long mount = mount_of(search->processes, base, descriptor);
    if (mount < 0) return false;
    char path[64];
    snprintf(path, sizeof path, "%.20s/mountinfo", pid);
    enum mount_kind kind = kind_in(search->processes, path, mount);
    if (kind == MOUNT_WITH_DEVICES_OF_USERS && has_own_users(search->processes, pid)) return true;
    // One that another process has passed on is in no list of this one's.
    if (kind == MOUNT_UNKNOWN) kind = kind_in(search->processes, "self/mountinfo", mount);
    return kind == MOUNT_WITHOUT_DEVICES;
}

// --- The search ---

static void note_device(struct search *search, const char *pid, dev_t number) {
    for (size_t i = 0; i < search->count; i++) {
        // A process that has it open a thousand times holds it once.
        if (number != search->devices[i] || search->held[i]) continue;
        search->held[i] = true;
        search->found[i]++;
        const unsigned number_major = major(number), number_minor = minor(number);
        if (search->found[i] <= LINUX_HOLDERS_TOLD) dprintf(search->output, "%s %u %u\n", pid, number_major, number_minor);
        else if (search->found[i] == LINUX_HOLDERS_TOLD + 1) {
            dprintf(search->output, "full %u %u\n", number_major, number_minor);
        }
    }
}

static bool holds_all(const struct search *search) {
    for (size_t i = 0; i < search->count; i++) {
        if (!search->held[i] && search->found[i] <= LINUX_HOLDERS_TOLD) return false;
    }
    return true;
}

// Looks through one table of descriptors. Returns false when it may not be looked into. `unread`: whether it has a file
// that nothing is known of.
static bool scan_table(struct search *search, const char *base, const char *pid, bool *unread) {
    char path[96];
    snprintf(path, sizeof path, "%s/fd", base);
    int fd = openat(search->processes, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    // A process that has just ended holds nothing.
    if (fd < 0) return errno == ENOENT || errno == ESRCH;
    DIR *list = fdopendir(fd);
    if (!list) {
        close(fd);
        return false;
    }
    bool looked = true;
    struct dirent *entry;
    while (!holds_all(search) && (entry = readdir(list))) {
        struct statx info;
        if (!is_number(entry->d_name)) continue;
        // What the kernel has in its memory is enough: a dead file system in a user's program must not be waited for.
        if (statx(dirfd(list), entry->d_name, AT_STATX_DONT_SYNC, STATX_TYPE, &info)) {
            char target[8];
            if (errno == ENOENT || errno == ESRCH || errno == EBADF) continue;
            // Whoever may not even read where the link leads may not look into the process.
            if (readlinkat(dirfd(list), entry->d_name, target, sizeof target) < 0) {
                if (errno != ENOENT && errno != ESRCH) looked = false;
            } else if (!*unread) {
                *unread = !is_surely_no_device(search, base, pid, entry->d_name);
            }
            continue;
        }
        if (!S_ISCHR(info.stx_mode) && !S_ISBLK(info.stx_mode)) continue;
        note_device(search, pid, makedev(info.stx_rdev_major, info.stx_rdev_minor));
    }
    closedir(list);
    return looked;
}

// A thread may have a table of its own, which the process's folder doesn't show.
static bool scan_process(struct search *search, const char *pid, bool *unread) {
    char path[64];
    memset(search->held, 0, search->count * sizeof *search->held);
    bool looked = scan_table(search, pid, pid, unread);
    snprintf(path, sizeof path, "%.20s/task", pid);
    int fd = openat(search->processes, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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
        snprintf(path, sizeof path, "%.20s/task/%.20s", pid, entry->d_name);
        if (!scan_table(search, path, pid, unread)) looked = false;
    }
    closedir(threads);
    return looked;
}

// Whether it is a user's, whose doing it may be that nobody can look into it.
static bool is_of_a_user(const struct search *search, const char *pid) {
    char path[64], line[256];
    unsigned ids[4] = {0};
    snprintf(path, sizeof path, "%.20s/status", pid);
    FILE *file = open_text(search->processes, path);
    // It has ended.
    if (!file) return false;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "Uid: %u %u %u %u", &ids[0], &ids[1], &ids[2], &ids[3]) == 4) break;
    }
    fclose(file);
    return ids[0] || ids[1] || ids[2] || ids[3];
}

static bool is_own(const pid_t *own, size_t count, const char *pid) {
    long number = strtol(pid, NULL, 10);
    for (size_t i = 0; i < count; i++) {
        if (own[i] == number) return true;
    }
    return false;
}

void linux_scan_holders(const dev_t *devices, size_t count, const pid_t *own, size_t own_count, int output) {
    DIR *processes = opendir("/proc");
    if (!processes) return;
    struct search search = {.devices = devices, .count = count, .processes = dirfd(processes), .output = output};
    search.found = calloc(count + 1, sizeof *search.found);
    search.held = calloc(count + 1, sizeof *search.held);
    struct dirent *entry;
    // Without memory nothing is said, and so nothing has been looked at.
    while (search.found && search.held && (entry = readdir(processes))) {
        bool unread = false;
        if (!is_number(entry->d_name) || is_own(own, own_count, entry->d_name)) continue;
        if (!scan_process(&search, entry->d_name, &unread)) {
            search.denied++;
            if (is_of_a_user(&search, entry->d_name)) search.hidden++;
        }
        if (!unread) continue;
        if (search.unread++ < LINUX_UNREAD_TOLD) dprintf(output, "unread %s\n", entry->d_name);
    }
    if (search.found && search.held) {
        dprintf(output, "done %u %u %u\n", search.denied, search.hidden, search.unread);
    }
    free(search.found);
    free(search.held);
    closedir(processes);
}
