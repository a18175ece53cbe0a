#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/quota.h>
#include <stdio.h>
#include <string.h>
#include <sys/quota.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd 443
#endif

int linux_open_beneath(int root, const char *path, int flags) {
    struct open_how how = {
        .flags = (uint64_t)(unsigned)(flags | O_CLOEXEC), .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    // Somebody who moves folders about meanwhile makes the kernel unsure; it says so and asks for another try.
    for (int tries = 0; tries < 64; tries++) {
        long file = syscall(SYS_openat2, root, *path ? path : ".", &how, sizeof how);
        if (file >= 0) return (int)file;
        if (errno != EAGAIN && errno != EINTR) return -errno;
    }
    return -EAGAIN;
}

int linux_open_folder_here(int folder, const char *name) {
    struct open_how how = {
        .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV};
    long file = syscall(SYS_openat2, folder, name, &how, sizeof how);
    return file < 0 ? -errno : (int)file;
}

int linux_open_entry(int folder, const char *name) {
    int file = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    return file < 0 ? -errno : file;
}

int linux_reopen(int file, int flags) {
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    int opened = open(path, flags | O_CLOEXEC | O_NOCTTY);
    return opened < 0 ? -errno : opened;
}

int linux_open_unnamed(int folder, mode_t mode) {
    int file = openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    return file < 0 ? -errno : file;
}

int linux_open_draft(int folder, const char *name, mode_t mode) {
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    return file < 0 ? -errno : file;
}

int linux_name_file(int file, int folder, const char *name) {
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW) ? -errno : 0;
}

int linux_rename_in(int folder, const char *from, const char *to, bool replace) {
    if (replace) return renameat(folder, from, folder, to) ? -errno : 0;
    // In two steps: not every file system can rename without replacing.
    if (linkat(folder, from, folder, to, 0)) return -errno;
    unlinkat(folder, from, 0);
    return 0;
}

int linux_rename_to(int from_folder, const char *from, int to_folder, const char *to, bool replace) {
    if (replace) return renameat(from_folder, from, to_folder, to) ? -errno : 0;
    if (!renameat2(from_folder, from, to_folder, to, RENAME_NOREPLACE)) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -errno;
    // Such as NFS, which can't be asked not to replace: a link never replaces, and a folder no more than an empty one.
    struct stat found;
    if (fstatat(from_folder, from, &found, AT_SYMLINK_NOFOLLOW)) return -errno;
    if (!S_ISDIR(found.st_mode)) {
        if (linkat(from_folder, from, to_folder, to, 0)) return -errno;
        return unlinkat(from_folder, from, 0) ? -errno : 0;
    }
    if (!fstatat(to_folder, to, &found, AT_SYMLINK_NOFOLLOW)) return -EEXIST;
    return renameat(from_folder, from, to_folder, to) ? -errno : 0;
}

int linux_move_new(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) ? -errno : 0;
}

int linux_quota(int folder, bool of_group, unsigned id, struct linux_quota *quota) {
    struct if_dqblk found;
    memset(&found, 0, sizeof found);
    if (syscall(SYS_quotactl_fd, folder, (unsigned)QCMD(Q_GETQUOTA, of_group ? GRPQUOTA : USRQUOTA), id, &found)) return -errno;
    quota->used = (int64_t)found.dqb_curspace;
    uint64_t hard = found.dqb_bhardlimit, soft = found.dqb_bsoftlimit;
    // In kibibytes; 0: no limit. The lower one is what somebody may count on.
    uint64_t limit = hard && soft ? (hard < soft ? hard : soft) : (hard ? hard : soft);
    quota->limit = (int64_t)(limit * 1024);
    return 0;
}

int linux_share_with_group(int folder) {
    // A default list of rights, as the kernel lays it out: owner and group everything, others nothing. With it the group's
    // rights don't depend on what each program masks.
    static const unsigned char rights[] = {
        2, 0, 0, 0,
        1, 0, 7, 0, 0xff, 0xff, 0xff, 0xff,
        4, 0, 7, 0, 0xff, 0xff, 0xff, 0xff,
        32, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
    };
    return syscall(SYS_fsetxattr, folder, "system.posix_acl_default", rights, sizeof rights, 0) ? -errno : 0;
}
