// System calls that Swift can't make, or must not make between fork and exec.
//
// Functions that return int give 0 or a descriptor, or the negated errno; none of them prints.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// --- Processes ---

// A descriptor that becomes readable when the process ends.
int linux_pidfd_open(pid_t pid);
int linux_pidfd_signal(int pidfd, int signal);
// Whether the process behind the descriptor has ended.
bool linux_pidfd_ended(int pidfd);
// A child that has ended and has not been collected yet, so that its number and its group's are nobody else's; 0: none, or
// the negated errno. `group`: only of this process group; 0: any.
pid_t linux_ended_child(pid_t group);
// Milliseconds since the machine was started, sleep included.
int64_t linux_boot_milliseconds(void);

// Lets this process have as many descriptors as it may have at all. What it starts by a program's path gets the limit
// that was in force before.
int linux_raise_descriptor_limit(void);

// A descriptor of the parent and the number that it shall have in the child.
struct linux_descriptor {
    int from;
    int to;
};

// Becomes this user in the child; `uid` 0 with `applies` false leaves everything as it is.
struct linux_identity {
    bool applies;
    uid_t uid;
    gid_t gid;
};

// Starts a child that ends when this process does, in a process group of its own. Returns its pid. Standard input is
// /dev/null; standard output and error are inherited; all other descriptors but those listed are closed.
pid_t linux_spawn_tied(
    const char *path, char *const *arguments, char *const *environment, const struct linux_descriptor *descriptors,
    size_t count, struct linux_identity identity);

// The same for a child that its parent talks with: `channel` becomes its standard output, and its standard input where it
// takes some. `is_restricted`: it keeps of root's capabilities those of `kept_capabilities`, a bit each, and can't get others;
// `guards_files`: nor does it write where an ordinary user may not, where the kernel has Landlock.
pid_t linux_spawn_helper(
    const char *path, char *const *arguments, char *const *environment, int channel, bool takes_input,
    bool is_restricted, uint64_t kept_capabilities, bool guards_files);

// The control groups that a process shall be in before it is executed.
struct linux_groups {
    // Version 1: descriptors of the files `tasks`. A process that writes "0" there moves its one thread, itself, without
    // the lock that `cgroup.procs` takes, for which the kernel waits until every processor has been through its scheduler.
    const int *tasks;
    size_t count;
    // Version 2: the group's folder; -1: none.
    int unified;
};

// Starts a process that is no child of this one, in a session of its own and without environment, in these groups.
// SIGTERM and SIGINT are blocked in it: what is sent before it reads them waits for it, also where it becomes pid 1 of
// a namespace. Returns its pid.
pid_t linux_spawn_detached(
    const char *path, char *const *arguments, const struct linux_descriptor *descriptors, size_t count,
    struct linux_groups groups);

// The same for what does something for another user: it has their groups, and is root without root's rights until it calls
// `linux_become_private` with their number. `identity.applies` false: it stays the user that this process is, with its groups.
pid_t linux_spawn_helper_for(
    const char *path, char *const *arguments, char *const *environment, int channel, struct linux_identity identity,
    const gid_t *groups, size_t count);
// Becomes that user, without any capability, with no moment at which another process of theirs may look into this one. For a process
// with one thread. 0, or the negated errno: then it must do nothing.
int linux_become_private(uid_t uid);

// Starts a child, a copy of this process, that calls `body` and ends; it is killed when this process ends. Of its
// parent's descriptors it has standard input, output and error, and `output`, whose number is given to `body`: a child
// that never ends holds no lock. Only for a process with one thread. Returns its pid.
pid_t linux_spawn_lookout(void (*body)(void *context, int output), void *context, int output);

enum {
    // So many holders of one device are told of.
    LINUX_HOLDERS_TOLD = 64,
    // So many processes with an open file that nothing is known of are named.
    LINUX_UNREAD_TOLD = 8
};
// Writes to `output` a line for every process that holds one of these device numbers open, `PID MAJOR MINOR`, each once,
// and after the 64th of a number `full MAJOR MINOR`; `unread PID` for a process with an open file that nothing is known of,
// the first eight times; then `done DENIED HIDDEN UNREAD`: the number of processes that it could not look into, how many of
// these are not root's, and the number of those with such a file. Passes over the processes in `own`. Asks no file system: one that is dead holds it up no longer than others.
void linux_scan_holders(const dev_t *devices, size_t count, const pid_t *own, size_t own_count, int output);

// Writes for each of these processes a line "PID MILLISECONDS BYTES": the processor time and the bytes read and written by
// it, by all that descend from it and by those of them that have ended, as far as somebody waited for these. None of them
// may descend from another. -1: could not
// be read. Then "done".
void linux_sum_use(const pid_t *roots, size_t count, int output);

// Other processes of the same user may not look into this one from now on.
void linux_be_private(void);

// --- Signals ---

// Blocks these signals and returns a descriptor that tells of them; SIGPIPE is ignored.
int linux_signal_descriptor(const int *signals, size_t count);
// The next signal that was told of, or 0.
int linux_signal_read(int descriptor);

// --- Descriptors and sockets ---

int linux_socket_pair(int ends[2]);
// Sends bytes and up to 8 descriptors with the first of them. Returns the count sent, or the negated errno.
ssize_t linux_send(int socket, const void *bytes, size_t length, const int *descriptors, size_t count, bool blocking);
// Receives bytes; descriptors that came with them go to `descriptors` (at most 8), closed on exec. `dropped`, unless null:
// whether some were sent that this process had no room for.
ssize_t linux_receive(
    int socket, void *bytes, size_t length, int *descriptors, size_t *count, bool *dropped, bool blocking);
// Binds and listens; `path` is relative to the open directory. Replaces nothing.
int linux_listen_in(int directory, const char *name, mode_t mode);
int linux_connect_in(int directory, const char *name);
// A descriptor of the process at the other end of a Unix socket: -ENOPROTOOPT before Linux 6.5.
int linux_peer_process(int socket);

// One end of a TCP connection: four bytes of address, or sixteen.
struct linux_socket_end {
    bool is_long;
    uint8_t address[16];
    uint16_t port;
};
// Who has the socket at this end of a connection between two sockets of this machine, in this process's user namespace, as the
// kernel says. -ENOENT: nobody, or the kernel was built without the answer.
int linux_socket_owner(struct linux_socket_end near, struct linux_socket_end far, uid_t *owner);

// A pipe, both ends closed on exec.
int linux_pipe(int ends[2]);

// --- Files ---

// Moves a folder to a place where nothing is; -EEXIST: something is.
int linux_move_new(const char *from, const char *to);

// Opens a directory without asking for more than that it is there.
int linux_open_directory(const char *path);
// Opens a directory by its absolute path, following no link anywhere on the way: -ELOOP where one lies. `alone`: whether nobody but
// root and this process's user can put another directory in its place. `closed`, unless null: how many bytes of the path name
// the first folder on the way, itself included, that not everybody may enter; 0: none.
int linux_open_directory_strictly(const char *path, bool *alone, size_t *closed);

// Counts the files in an open directory, and their bytes, following no link: false where it could not be done whole in so many
// seconds. `closed`: whether something that was seen can't be read by every user, also where not all was. Only for a process of its
// own: it keeps what it counts in one place.
bool linux_measure_folder(int directory, int seconds, int64_t *files, int64_t *bytes, bool *closed);

// Copies bytes from one open file to another inside the kernel, at their places: how many, 0 where it can't or there is no more.
int64_t linux_copy_range(int from, int to, int64_t most);
// Whether a list of rights beside the mode of an open file could forbid somebody to read it, on this machine or on the file server
// (NFS version 4). Only for a process of its own: it keeps the list in one place.
bool linux_has_acl(int descriptor);
// Writes all of the file system to the disk that this is open on.
int linux_sync_all(int descriptor);

// Takes the lock without waiting: 0, or -EWOULDBLOCK.
int linux_lock(int descriptor);
int linux_punch_hole(int descriptor, int64_t offset, int64_t length);
int linux_allocate(int descriptor, int64_t length);
int linux_memory_file(const char *name);
// Where the next data begins (or the next hole), or the negated errno; -ENXIO: none.
int64_t linux_seek_data(int descriptor, int64_t offset);
int64_t linux_seek_hole(int descriptor, int64_t offset);
int linux_make_device(int directory, const char *name, bool block, unsigned major, unsigned minor, uid_t owner);
unsigned linux_device_major(dev_t device);
unsigned linux_device_minor(dev_t device);
dev_t linux_device(unsigned major, unsigned minor);

// --- Files beneath a folder that somebody else may change meanwhile ---

enum {
    // Takes hold of something without opening it (O_PATH, which C libraries keep from Swift).
    LINUX_HOLD = 010000000
};
// Opens a path beneath an open folder: no link and no `..` leads out of it. An empty path is the folder itself.
int linux_open_beneath(int root, const char *path, int flags);
// Opens a folder in this one, where nothing is mounted on it; -EXDEV: something is, be it another part of the same file system.
int linux_open_folder_here(int folder, const char *name);
// Takes hold of an entry of a folder without opening it: a link is taken itself.
int linux_open_entry(int folder, const char *name);
// Opens what a descriptor holds.
int linux_reopen(int file, int flags);
// A file without a name in this folder, for writing: it is gone with its last descriptor. -EOPNOTSUPP: not on this file system.
int linux_open_unnamed(int folder, mode_t mode);
// A new file of this name; -EEXIST: there is something.
int linux_open_draft(int folder, const char *name, mode_t mode);
// Gives a file without a name its name; -EEXIST: there is something.
int linux_name_file(int file, int folder, const char *name);
int linux_rename_in(int folder, const char *from, const char *to, bool replace);
// From one folder into another; a link itself. -EEXIST: there is something, and it is not to be replaced.
int linux_rename_to(int from_folder, const char *from, int to_folder, const char *to, bool replace);
// Bytes that a user or a group has on the folder's file system, and may have; 0: as many as there is room for.
struct linux_quota {
    int64_t used;
    int64_t limit;
};
int linux_quota(int folder, bool of_group, unsigned id, struct linux_quota *quota);
// What is made in this folder from now on is its group's as much as its owner's, and nobody else's.
int linux_share_with_group(int folder);

// --- Control groups, version 2 ---

enum { LINUX_ANY_MINOR = 0xffffffff };
// A character device that may be opened.
struct linux_device_rule {
    uint32_t major;
    uint32_t minor;
};
// Loads a filter that lets only these devices be opened; a descriptor. Needs root.
int linux_device_filter_load(const struct linux_device_rule *rules, size_t count);
// Puts a loaded filter on an open group's folder, for as long as the group is there.
int linux_device_filter_attach(int filter, int group);

// --- Users ---

// Opens a directory with the file rights of another user (needs root), and checks that they may enter it. `base`: the open folder that a
// path without a slash at its beginning starts from; -1: the current one.
int linux_open_directory_as(int base, const char *path, uid_t uid, gid_t gid, const gid_t *groups, size_t count);
