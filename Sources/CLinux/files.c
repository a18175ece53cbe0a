#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int linux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) ? -errno : 0; }

int linux_open_directory(const char *path) {
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
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

int linux_open_directory_as(const char *path, uid_t uid, gid_t gid, const gid_t *groups, size_t count) {
    gid_t own[256];
    int owned = getgroups(256, own);
    if (owned < 0) return -errno;
    uid_t own_uid = geteuid();
    gid_t own_gid = getegid();
    // The raw call: the C library's would change every thread of the process, and only file rights shall change.
    if (syscall(SYS_setgroups, count, groups)) return -errno;
    setfsgid(gid);
    setfsuid(uid);
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC), error = fd < 0 ? errno : 0;
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
