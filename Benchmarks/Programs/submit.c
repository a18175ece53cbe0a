// Asks a server for one thing again and again from many clients at once, each waiting for its answer before it asks
// again. One thread and no allocation while it runs, so that the server is what is measured.
//
//   submit http SOCKET PATH CLIENTS COUNT SECONDS HEADERS <body     keep-alive connections to a Unix socket
//   submit spawn CLIENTS COUNT SECONDS COMMAND...                   as many loops that start a program and wait for it
//
// Ends after COUNT answers or SECONDS, whichever is first; what is under way is waited for. Prints `answers seconds`, then
// each answer's time in microseconds, a line each. Any answer but success ends it with words on standard error.
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { most_clients = 1024, most_answers = 2000000, room = 65536 };

static double times[most_answers];
static long asked, answered, most;
static double began, deadline;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void give_up(const char *what, const char *detail) {
    fprintf(stderr, "submit: %s: %s\n", what, detail);
    exit(1);
}

static int goes_on(void) { return asked < most && now() < deadline; }

static void note(double since) { times[answered++] = (now() - since) * 1e6; }

static void report(void) {
    printf("%ld %.6f\n", answered, now() - began);
    for (long i = 0; i < answered; i++) printf("%.0f\n", times[i]);
}

struct connection {
    int socket;
    double since;
    size_t filled;
    char buffer[room];
};

static struct connection connections[most_clients];
static char body[room];
static size_t body_length;

static void ask(struct connection *connection, const char *path, const char *headers) {
    static char text[2 * room];
    // A key of its own for each, as careful clients send it.
    int length = snprintf(text, sizeof text,
        "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n"
        "Idempotency-Key: %d-%ld\r\n%sContent-Length: %zu\r\n\r\n%s",
        path, (int)getpid(), asked, headers, body_length, body);
    asked++;
    connection->filled = 0;
    connection->since = now();
    if (send(connection->socket, text, (size_t)length, MSG_NOSIGNAL) != length) give_up("send", strerror(errno));
}

// 1: a whole answer is there.
static int is_whole(struct connection *connection) {
    connection->buffer[connection->filled] = 0;
    char *end = strstr(connection->buffer, "\r\n\r\n");
    if (!end) return 0;
    if (strncmp(connection->buffer, "HTTP/1.1 20", 11) != 0) give_up("refused", connection->buffer);
    for (char *line = strstr(connection->buffer, "\r\n"); line && line < end; line = strstr(line + 2, "\r\n"))
        if (!strncasecmp(line + 2, "content-length:", 15))
            return connection->filled >= (size_t)(end + 4 - connection->buffer) + strtoul(line + 17, NULL, 10);
    give_up("an answer without its length", connection->buffer);
    return 0;
}

static void talk(char **words, long clients, const char *path, const char *headers) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(words[2]) >= sizeof address.sun_path) give_up("the socket's path is too long", words[2]);
    strcpy(address.sun_path, words[2]);
    body_length = fread(body, 1, sizeof body - 1, stdin);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    for (long i = 0; i < clients; i++) {
        connections[i].socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(connections[i].socket, (struct sockaddr *)&address, sizeof address) != 0) give_up("connect", strerror(errno));
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
        epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].socket, &event);
    }
    long busy = 0;
    for (long i = 0; i < clients && goes_on(); i++, busy++) ask(&connections[i], path, headers);
    while (busy > 0) {
        struct epoll_event events[64];
        int count = epoll_wait(poll, events, 64, 60000);
        if (count == 0) give_up("no answer", "within a minute");
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            ssize_t got = recv(connection->socket, connection->buffer + connection->filled, room - 1 - connection->filled, 0);
            if (got <= 0) give_up("the server closed the connection", got ? strerror(errno) : "end of file");
            connection->filled += (size_t)got;
            if (!is_whole(connection)) continue;
            note(connection->since);
            if (goes_on()) ask(connection, path, headers); else busy--;
        }
    }
}

extern char **environ;

static void start_programs(char **command, long clients) {
    static struct { pid_t pid; double since; } running[most_clients];
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    long busy = 0, place = 0;
    for (;;) {
        while (busy < clients && goes_on()) {
            for (place = 0; running[place].pid; place++) continue;
            running[place].since = now();
            int failure = posix_spawnp(&running[place].pid, command[0], &files, NULL, command, environ);
            if (failure) give_up(command[0], strerror(failure));
            asked++;
            busy++;
        }
        if (!busy) return;
        int status;
        pid_t pid = waitpid(-1, &status, 0);
        if (!WIFEXITED(status) || WEXITSTATUS(status)) give_up(command[0], "it failed");
        for (place = 0; place < clients && running[place].pid != pid; place++) continue;
        note(running[place].since);
        running[place].pid = 0;
        busy--;
    }
}

int main(int count, char **words) {
    int is_http = count == 8 && !strcmp(words[1], "http");
    int is_spawn = count >= 6 && !strcmp(words[1], "spawn");
    if (!is_http && !is_spawn) give_up("usage", "see the head of submit.c");
    char **numbers = words + (is_http ? 4 : 2);
    long clients = atol(numbers[0]);
    most = atol(numbers[1]);
    if (clients < 1 || clients > most_clients || most < 1 || most > most_answers - most_clients) give_up("numbers", "out of range");
    began = now();
    deadline = began + atof(numbers[2]);
    if (is_http) talk(words, clients, words[3], words[7]); else start_programs(words + 5, clients);
    report();
    return 0;
}
