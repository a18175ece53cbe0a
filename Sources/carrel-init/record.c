#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Writes a line at the file's beginning and syncs it. The launcher has allocated the room, so that a full disk
// seldom matters; where it does, this tries for a minute, since somebody may make room.
static bool write_line(int fd, const char *line, int tries) {
    size_t length = strlen(line);
    for (int attempt = 0; attempt < tries; attempt++) {
        if (attempt) nanosleep(&(struct timespec){.tv_nsec = 200 * 1000 * 1000}, NULL);
        ssize_t count = pwrite(fd, line, length, 0);
        if (count == (ssize_t)length && !fdatasync(fd)) return true;
    }
    return false;
}

bool began_write(void) {
    struct timespec now;
    char line[64];
    clock_gettime(CLOCK_BOOTTIME, &now);
    snprintf(line, sizeof line, "1 began %lld .\n", (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000);
    return write_line(FD_BEGAN, line, 5);
}

bool exit_write_failure(struct launch_error error) {
    static const char *const words[] = {
        [FAILURE_NONE] = "sandbox", [FAILURE_COMMAND_NOT_FOUND] = "commandNotFound",
        [FAILURE_COMMAND_NOT_EXECUTABLE] = "commandNotExecutable", [FAILURE_DIRECTORY_MISSING] = "directoryMissing",
        [FAILURE_DIRECTORY_FORBIDDEN] = "directoryForbidden", [FAILURE_ARGUMENTS_TOO_LONG] = "argumentsTooLong",
        [FAILURE_STORAGE_FULL] = "storageFull", [FAILURE_SANDBOX] = "sandbox",
    };
    bool known = error.failure > 0 && error.failure < (int)(sizeof words / sizeof *words);
    char line[96];
    snprintf(line, sizeof line, "1 failed %s %d .\n", known ? words[error.failure] : "sandbox", error.number);
    return write_line(FD_EXIT, line, 300);
}

bool exit_write_status(int status) {
    char line[64];
    if (WIFSIGNALED(status)) snprintf(line, sizeof line, "1 signalled %d .\n", WTERMSIG(status));
    else snprintf(line, sizeof line, "1 exited %d .\n", WEXITSTATUS(status));
    if (write_line(FD_EXIT, line, 1)) return true;
    // What the work left behind must not run on while this waits for room.
    kill(-1, SIGKILL);
    return write_line(FD_EXIT, line, 300);
}
