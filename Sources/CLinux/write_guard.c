#define _GNU_SOURCE
#include "write_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// The kernel's own interface, given here since older headers lack it or parts of it.
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446, ABI_VERSION = 1, BENEATH_PATH = 1 };

#define RIGHT(number) (UINT64_C(1) << (number))
static const uint64_t write_file = RIGHT(1), refer = RIGHT(13), truncate_file = RIGHT(14);
// Removing, and making of any kind of file.
static const uint64_t change_folders = RIGHT(4) | RIGHT(5) | RIGHT(6) | RIGHT(7) | RIGHT(8) | RIGHT(9) | RIGHT(10)
    | RIGHT(11) | RIGHT(12);

struct beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

static int allow(int rules, const char *path, uint64_t rights) {
    int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    // What is not there needs no right.
    if (folder < 0) return 0;
    struct beneath rule = {.allowed = rights, .parent = folder};
    long failed = syscall(ADD_RULE, rules, BENEATH_PATH, &rule, 0);
    int number = failed ? errno : 0;
    close(folder);
    return number;
}

int write_guard_begin(void) {
    long version = syscall(CREATE_RULESET, NULL, 0, ABI_VERSION);
    // A kernel without it: the rights of files are what there is.
    if (version < 1) return 0;
    uint64_t handled = write_file | change_folders;
    if (version >= 2) handled |= refer;
    if (version >= 3) handled |= truncate_file;
    long rules = syscall(CREATE_RULESET, &handled, sizeof handled, 0);
    if (rules < 0) return errno;
    int number = allow((int)rules, "/dev", write_file | (handled & truncate_file));
    // Threads get their names there.
    if (!number) number = allow((int)rules, "/proc/self", write_file);
    if (!number) number = allow((int)rules, "/dev/shm", handled);
    if (!number) number = allow((int)rules, "/tmp", handled);
    if (!number) number = allow((int)rules, "/var/tmp", handled);
    if (!number && syscall(RESTRICT_SELF, (int)rules, 0)) number = errno;
    close((int)rules);
    return number;
}
