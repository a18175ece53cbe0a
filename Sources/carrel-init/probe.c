#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <grp.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

// Looks around from inside the sandbox, as the work would, and prints a line for everything that it should not have
// reached; the last line says that it came to its end. Arguments: uid, gid, then paths that must be out of reach.
int probe_run(int count, char **arguments) {
    if (count < 2) return 64;
    uid_t uid = (uid_t)strtoul(arguments[0], NULL, 10);
    gid_t gid = (gid_t)strtoul(arguments[1], NULL, 10);
    if (geteuid() == 0) {
        struct spec spec = {.header = {.uid = uid, .gid = gid, .flags = SPEC_DROPS_IDENTITY}};
        if (identity_drop(&spec).failure) {
            printf("reached root %s\n", strerror(errno));
        }
    }
    for (int i = 2; i < count; i++) {
        int fd = open(arguments[i], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0) {
            printf("reached %s\n", arguments[i]);
            close(fd);
        }
    }
    if (!mknod("/tmp/node", S_IFCHR | 0600, makedev(1, 3))) printf("reached mknod\n");
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) printf("reached new privileges\n");
    if (getpid() != 1) printf("reached a pid namespace that is not its own\n");
    printf("probed\n");
    return 0;
}
