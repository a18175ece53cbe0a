#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

int64_t linux_copy_range(int from, int to, int64_t most) {
    ssize_t count = copy_file_range(from, NULL, to, NULL, (size_t)most, 0);
    return count < 0 ? 0 : count;
}

static uint32_t big_endian(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

// RFC 7530, section 6.2.1: a count, then of each entry type, flags, rights and whom it is for. Whether one denies reading.
static bool denies_reading(const unsigned char *list, size_t length) {
    enum { DENY = 1, READ = 1, EXECUTE = 0x20 };
    if (length < 4) return true;
    uint32_t count = big_endian(list);
    size_t at = 4;
    for (uint32_t entry = 0; entry < count; entry++) {
        if (length - at < 16) return true;
        uint32_t type = big_endian(list + at), rights = big_endian(list + at + 8), name = big_endian(list + at + 12);
        at += 16;
        if (type == DENY && rights & (READ | EXECUTE)) return true;
        if (name > length - at) return true;
        at += name + (4 - name % 4) % 4;
        if (at > length) at = length;
    }
    return false;
}

bool linux_has_acl(int descriptor) {
    if (fgetxattr(descriptor, "system.posix_acl_access", NULL, 0) > 0) return true;
    // No list, or a file system without such lists.
    if (errno != ENODATA && errno != EOPNOTSUPP) return true;
    static unsigned char list[65536];
    ssize_t length = fgetxattr(descriptor, "system.nfs4_acl", list, sizeof list);
    if (length < 0) return errno != ENODATA && errno != EOPNOTSUPP;
    return denies_reading(list, (size_t)length);
}

int linux_sync_all(int descriptor) { return syncfs(descriptor) ? -errno : 0; }

int linux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) ? -errno : 0; }

int linux_open_directory(const char *path) {
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static bool is_trusted(uid_t uid) { return uid == 0 || uid == geteuid(); }

int linux_open_directory_strictly(const char *path, bool *alone, size_t *closed) {
    *alone = true;
    if (closed) *closed = 0;
    if (path[0] != '/') return -EINVAL;
    int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return -errno;
    struct stat above;
    if (fstat(fd, &above)) goto failed;
    const char *at = path;
    for (;;) {
        while (*at == '/') at++;
        if (!*at) return fd;
        char name[NAME_MAX + 1];
        size_t length = strcspn(at, "/");
        if (length > NAME_MAX) {
            errno = ENAMETOOLONG;
            goto failed;
        }
        memcpy(name, at, length);
        name[length] = 0;
        at += length;
        // O_DIRECTORY has what is mounted on demand mounted; a link is none, and refused.
        int next = openat(fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (next < 0) goto failed;
        close(fd);
        fd = next;
        struct stat found;
        if (fstat(fd, &found)) goto failed;
        // Whoever may write to a folder may rename what is in it; where the sticky bit is set, only what is theirs.
        bool shared = above.st_mode & 022;
        if (!is_trusted(above.st_uid) || (shared && !((above.st_mode & S_ISVTX) && is_trusted(found.st_uid)))) *alone = false;
        if (closed && !*closed && !(found.st_mode & 01)) *closed = (size_t)(at - path);
        above = found;
    }
failed:;
    int error = errno;
    close(fd);
    return -error;
}

static struct {
    int64_t files, bytes;
    bool closed;
    time_t end;
} counted;

static int count_one(const char *path, const struct stat *found, int kind, struct FTW *where) {
    (void)path;
    (void)where;
    if (kind == FTW_F) {
        counted.files++;
        counted.bytes += found->st_size;
        if (!(found->st_mode & 04)) counted.closed = true;
    } else if ((kind == FTW_D && (found->st_mode & 05) != 05) || kind == FTW_DNR) {
        counted.closed = true;
    }
    struct timespec now;
    return clock_gettime(CLOCK_MONOTONIC_COARSE, &now) || now.tv_sec >= counted.end;
}

bool linux_measure_folder(int directory, int seconds, int64_t *files, int64_t *bytes, bool *closed) {
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d/.", directory);
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC_COARSE, &now)) return false;
    counted.files = counted.bytes = 0;
    counted.closed = false;
    counted.end = now.tv_sec + seconds;
    bool whole = !nftw(path, count_one, 32, FTW_PHYS);
    *closed = counted.closed;
    if (!whole) return false;
    *files = counted.files;
    *bytes = counted.bytes;
    return true;
}

int linux_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB) ? -errno : 0; }

int linux_punch_hole(int descriptor, int64_t offset, int64_t length) {
    return fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length) ? -errno : 0;
}

int linux_allocate(int descriptor, int64_t length) { return -posix_fallocate(descriptor, 0, length); }

int linux_memory_file(const char *name) {
    int fd = memfd_create(name, MFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int64_t linux_seek_data(int descriptor, int64_t offset) {
    off_t at = lseek(descriptor, offset, SEEK_DATA);
    return at < 0 ? -errno : at;
}

int64_t linux_seek_hole(int descriptor, int64_t offset) {
    off_t at = lseek(descriptor, offset, SEEK_HOLE);
    return at < 0 ? -errno : at;
}

int linux_make_device(int directory, const char *name, bool block, unsigned major, unsigned minor, uid_t owner) {
    if (mknodat(directory, name, (block ? S_IFBLK : S_IFCHR) | 0600, makedev(major, minor))) return -errno;
    return fchownat(directory, name, owner, (gid_t)-1, AT_SYMLINK_NOFOLLOW) ? -errno : 0;
}

unsigned linux_device_major(dev_t device) { return major(device); }
unsigned linux_device_minor(dev_t device) { return minor(device); }
dev_t linux_device(unsigned major, unsigned minor) { return makedev(major, minor); }

int linux_open_directory_as(int base, const char *path, uid_t uid, gid_t gid, const gid_t *groups, size_t count) {
    gid_t own[256];
    int owned = getgroups(256, own);
    if (owned < 0) return -errno;
    uid_t own_uid = geteuid();
    gid_t own_gid = getegid();
    // The raw call: the C library's would change every thread of the process, and only file rights shall change.
    if (syscall(SYS_setgroups, count, groups)) return -errno;
    setfsgid(gid);
    setfsuid(uid);
    int fd = openat(base < 0 ? AT_FDCWD : base, path, O_PATH | O_DIRECTORY | O_CLOEXEC), error = fd < 0 ? errno : 0;
    // Opening a path asks nothing of the directory itself; entering it does.
    int back = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && fchdir(fd)) error = errno;
    setfsuid(own_uid);
    setfsgid(own_gid);
    // Going on with another user's groups would be worse than not going on.
    if (syscall(SYS_setgroups, (size_t)owned, own)) abort();
    if (back >= 0) {
        if (fchdir(back)) error = error ? error : errno;
        close(back);
    }
    if (error && fd >= 0) close(fd);
    return error ? -error : fd;
}
