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
    FD_OUT = 6,     // with a terminal: its log, which only this process writes
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
enum {
    SPEC_MAGIC = 0x31534943,
    SPEC_DROPS_IDENTITY = 1,
    SPEC_TAKES_INPUT = 2,
    SPEC_HAS_TERMINAL = 4,    // the flags' bits 8 to 19 are its rows, 20 to 31 its columns
    SPEC_IS_SHELL = 8,        // on the terminal: is hung up when it is asked to end
    SPEC_LISTENS_SOCKET = 16, // has a private folder for its socket
    SPEC_LISTENS_PORT = 32,   // listens on a port of its own network; the environment names it
};

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
// Starts the work in a session of its own. `input`: what it reads; with `on_terminal` also where it writes. Returns its
// pid, or -1 with `error` filled in.
pid_t work_start(const struct spec *spec, int input, bool on_terminal, struct launch_error *error);

bool began_write(void);
bool exit_write_failure(struct launch_error error);
bool exit_write_status(int wait_status);

// Standard input of the work, fed by absolute offset.
void input_open(int write_end);
void input_open_terminal(int write_end);
void input_ignore(void);
uint64_t input_take(uint64_t offset, const uint8_t *bytes, size_t count, bool end);
// Of one of those who type into a terminal, each counted by itself.
uint64_t input_type(uint64_t writer, uint64_t offset, const uint8_t *bytes, size_t count);
// The descriptor to poll (-1: none) and whether there is something to write.
int input_descriptor(void);
bool input_wants_write(void);
// `broken`: the poll reported that nobody reads any more.
void input_flush(bool broken);

// The work's terminal. Opens it and returns the end that is the work's, or -1.
int terminal_open(const struct spec *spec);
// The descriptor to poll for what the work has written; -1: there is none, or the log takes nothing now.
int terminal_descriptor(void);
void terminal_read(void);
// How long until it wants to be called again, in milliseconds; -1: never.
int terminal_patience(void);
void terminal_tend(pid_t work);
// What was written before the work ended.
void terminal_drain(void);
// Sends a signal to whatever is in front, and to the work's own group where `to_work`. Returns 0 or an errno.
int terminal_signal(pid_t work, int number, bool to_work);
// The work is asked to end.
void terminal_end(pid_t work);
// Rows in the upper 16 bits, columns in the lower ones; 0: only asks. Returns what holds then; 0: there is no terminal.
uint64_t terminal_resize(uint32_t size, bool redraw);

// The door of a session's program.
bool door_open(const struct spec *spec);
// A connection to the program, or the negated errno.
int door_connect(void);

// Clients of the attach socket.
enum { CLIENT_LIMIT = 16 };
int client_descriptor(int index);
void client_accept(void);
void client_serve(int index, pid_t work);

int probe_run(int count, char **paths);
