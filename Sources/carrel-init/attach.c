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
    uint64_t value;  // input: its offset; signal: its number; answers: the offset taken, or an errno
};
enum { FRAME_VERSION = 1, KIND_INPUT = 1, KIND_SIGNAL = 2, FLAG_END = 1, PAYLOAD_LIMIT = 64 * 1024 };

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

static uint64_t perform(const struct frame *frame, const uint8_t *payload, pid_t work) {
    if (frame->kind == KIND_INPUT) return input_take(frame->value, payload, frame->length, frame->flags & FLAG_END);
    if (frame->value < 1 || frame->value >= NSIG) return EINVAL;
    return kill(-work, (int)frame->value) ? (uint64_t)errno : 0;
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
        bool known = frame.kind == KIND_INPUT || frame.kind == KIND_SIGNAL;
        if (frame.version != FRAME_VERSION || !known || frame.length > PAYLOAD_LIMIT) {
            drop(client);
            return;
        }
        if (client->held - at < sizeof frame + frame.length) break;
        struct frame answer = {.version = FRAME_VERSION, .kind = frame.kind};
        answer.value = perform(&frame, client->bytes + at + sizeof frame, work);
        // A client that doesn't read its answers has lost its right to be heard.
        if (send(client->fd, &answer, sizeof answer, MSG_NOSIGNAL) != (ssize_t)sizeof answer) {
            drop(client);
            return;
        }
        at += sizeof frame + frame.length;
    }
    memmove(client->bytes, client->bytes + at, client->held - at);
    client->held -= at;
}
