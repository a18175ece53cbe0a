// pid 1 of a sandbox: starts the work, feeds its standard input, passes signals on and writes the exit record.
// It runs as the work's user, holds nothing that the work must not see, and depends on nothing but the kernel.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// The descriptors that the launcher opened before it started the sandbox. The numbers are frozen.
enum {
    FD_LOCK = 3,    // the attempt's lock: held for as long as this process lives
    FD_BEGAN = 4,   // written and synced just before the work is forked
    FD_EXIT = 5,    // the exit record
    FD_OUT = 6,
    FD_ERR = 7,
    FD_ATTACH = 8,  // listening socket for input and signals
    FD_GO = 9,      // one byte: begin; end of file: never begin
    FD_SPEC = 10,   // a memory file: what to run
    FD_FIRST_FREE = 11,
};

// The spec as the launcher lays it out: this header, the groups, then strings that each end with a zero byte:
// the directory, the arguments, the environment. All numbers are in the machine's byte order.
struct spec_header {
    uint32_t magic;
    uint32_t uid, gid;
    uint32_t flags;
    uint32_t groups, arguments, variables;
    uint32_t string_bytes;
};
enum { SPEC_MAGIC = 0x31534943, SPEC_DROPS_IDENTITY = 1, SPEC_TAKES_INPUT = 2 };

struct spec {
    struct spec_header header;
    gid_t *groups;
    char *directory;
    char **arguments;
    char **environment;
    void *mapping;
    size_t mapping_bytes;
};

bool spec_read(int fd, struct spec *spec);
void spec_forget(struct spec *spec);

// Why the work can't begin; the words of the exit record.
enum failure {
    FAILURE_NONE = 0,
    FAILURE_COMMAND_NOT_FOUND,
    FAILURE_COMMAND_NOT_EXECUTABLE,
    FAILURE_DIRECTORY_MISSING,
    FAILURE_DIRECTORY_FORBIDDEN,
    FAILURE_ARGUMENTS_TOO_LONG,
    FAILURE_STORAGE_FULL,
    FAILURE_SANDBOX,
};
struct launch_error {
    int32_t failure;  // enum failure
    int32_t number;   // errno
};

// Becomes the work's user for good, without capabilities.
struct launch_error identity_drop(const struct spec *spec);
struct launch_error directory_enter(const char *path);
// Starts the work in a session of its own. `input`: what it reads. Returns its pid, or -1 with `error` filled in.
pid_t work_start(const struct spec *spec, int input, struct launch_error *error);

bool began_write(void);
bool exit_write_failure(struct launch_error error);
bool exit_write_status(int wait_status);

// Standard input of the work, fed by absolute offset.
void input_open(int write_end);
void input_ignore(void);
uint64_t input_take(uint64_t offset, const uint8_t *bytes, size_t count, bool end);
// The descriptor to poll (-1: none) and whether there is something to write.
int input_descriptor(void);
bool input_wants_write(void);
// `broken`: the poll reported that nobody reads any more.
void input_flush(bool broken);

// Clients of the attach socket.
enum { CLIENT_LIMIT = 16 };
int client_descriptor(int index);
void client_accept(void);
void client_serve(int index, pid_t work);

int probe_run(int count, char **paths);
