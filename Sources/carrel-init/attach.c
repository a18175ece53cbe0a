#define _GNU_SOURCE
#include "init.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// A frame, both ways: this header, then `length` bytes. Frozen for version 1.
struct frame {
    uint8_t version, kind, flags, unused;
    uint32_t length;
    // input and typing: the offset; signal: its number; size: rows and columns. Answers: the offset taken, the size that
    // holds, or an errno.
    uint64_t value;
};
enum {
    FRAME_VERSION = 1,
    KIND_INPUT = 1,
    KIND_SIGNAL = 2,
    KIND_TYPE = 3,     // eight bytes that tell writers apart come before what is typed
    KIND_SIZE = 4,
    KIND_CONNECT = 5,  // where it succeeds, a connection to the session's program comes with the answer
    KIND_LAST = KIND_CONNECT,
    FLAG_END = 1,
    FLAG_REDRAW = 2,
    PAYLOAD_LIMIT = 64 * 1024,
};

struct client {
    bool used;
    int fd;
    size_t held;
    uint8_t bytes[sizeof(struct frame) + PAYLOAD_LIMIT];
};
static struct client clients[CLIENT_LIMIT];

int client_descriptor(int index) { return clients[index].used ? clients[index].fd : -1; }

static void drop(struct client *client) {
    close(client->fd);
    explicit_bzero(client->bytes, client->held);
    client->used = false;
    client->held = 0;
}

void client_accept(void) {
    int fd = accept4(FD_ATTACH, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    for (int i = 0; i < CLIENT_LIMIT; i++) {
        if (clients[i].used) continue;
        clients[i].used = true;
        clients[i].fd = fd;
        clients[i].held = 0;
        return;
    }
    close(fd);
}

static uint64_t type(const struct frame *frame, const uint8_t *payload) {
    uint64_t writer;
    if (frame->length < sizeof writer) return 0;
    memcpy(&writer, payload, sizeof writer);
    return input_type(writer, frame->value, payload + sizeof writer, frame->length - sizeof writer);
}

// `passed`: a descriptor that goes with the answer; -1: none.
static uint64_t perform(const struct frame *frame, const uint8_t *payload, pid_t work, int *passed) {
    switch (frame->kind) {
    case KIND_INPUT: return input_take(frame->value, payload, frame->length, frame->flags & FLAG_END);
    case KIND_TYPE: return type(frame, payload);
    case KIND_SIZE: return terminal_resize((uint32_t)frame->value, frame->flags & FLAG_REDRAW);
    case KIND_CONNECT:
        *passed = door_connect();
        return *passed < 0 ? (uint64_t)-*passed : 0;
    default:
        if (frame->value < 1 || frame->value >= NSIG) return EINVAL;
        return (uint64_t)terminal_signal(work, (int)frame->value, false);
    }
}

// Whether all of it went; a client that doesn't read its answers has lost its right to be heard.
static bool send_answer(int socket, const struct frame *answer, int passed) {
    struct iovec part = {.iov_base = (void *)answer, .iov_len = sizeof *answer};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    union {
        char bytes[CMSG_SPACE(sizeof passed)];
        struct cmsghdr header;
    } control = {.bytes = {0}};
    if (passed >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof passed);
        memcpy(CMSG_DATA(header), &passed, sizeof passed);
    }
    ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (passed >= 0) close(passed);
    return sent == (ssize_t)sizeof *answer;
}

void client_serve(int index, pid_t work) {
    struct client *client = &clients[index];
    ssize_t count = read(client->fd, client->bytes + client->held, sizeof client->bytes - client->held);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (count <= 0) {
        drop(client);
        return;
    }
    client->held += (size_t)count;
    size_t at = 0;
    struct frame frame;
    while (client->held - at >= sizeof frame) {
        memcpy(&frame, client->bytes + at, sizeof frame);
        bool known = frame.kind >= KIND_INPUT && frame.kind <= KIND_LAST;
        if (frame.version != FRAME_VERSION || !known || frame.length > PAYLOAD_LIMIT) {
            drop(client);
            return;
        }
        if (client->held - at < sizeof frame + frame.length) break;
        struct frame answer = {.version = FRAME_VERSION, .kind = frame.kind};
        int passed = -1;
        answer.value = perform(&frame, client->bytes + at + sizeof frame, work, &passed);
        if (!send_answer(client->fd, &answer, passed)) {
            drop(client);
            return;
        }
        at += sizeof frame + frame.length;
    }
    memmove(client->bytes, client->bytes + at, client->held - at);
    client->held -= at;
}
