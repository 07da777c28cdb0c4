#include "support/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int left_until(int64_t deadline)
{
    int64_t left = deadline - now_ms();
    return left > 0 ? (int)left : 0;
}

/* A descriptor from which `text` can be read; memory, so that writing it never blocks. */
static int open_input(const char *text)
{
    if (!text)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    int input = memfd_create("input", MFD_CLOEXEC);
    CHECK(input >= 0);
    CHECK(write(input, text, strlen(text)) == (ssize_t)strlen(text));
    CHECK(lseek(input, 0, SEEK_SET) == 0);
    return input;
}

static pid_t spawn(const struct process_call *call, int in, int out, int errors)
{
    static const char *const only_path[] = {"PATH=/usr/local/bin:/usr/bin:/bin", NULL};
    const char *const *environment = call->environment ? call->environment : only_path;
    posix_spawn_file_actions_t actions;
    pid_t id;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    if (call->folder)
        posix_spawn_file_actions_addchdir_np(&actions, call->folder);
    int failed = posix_spawn(&id, call->words[0], &actions, NULL, (char *const *)call->words,
                             (char *const *)environment);
    posix_spawn_file_actions_destroy(&actions);
    CHECK(failed == 0);
    return id;
}

void process_start(const struct process_call *call, struct process *process)
{
    int in = open_input(call->input);
    int out[2], errors[2];

    CHECK(in >= 0);
    CHECK(pipe2(out, O_CLOEXEC) == 0 && pipe2(errors, O_CLOEXEC) == 0);
    *process = (struct process){.out = out[0], .errors = errors[0]};
    buffer_init(&process->out_bytes, BUFFER_LIMIT_FILE);
    buffer_init(&process->error_bytes, BUFFER_LIMIT_FILE);
    process->id = spawn(call, in, out[1], errors[1]);
    close(in);
    close(out[1]);
    close(errors[1]);
}

static void read_some(int *descriptor, struct buffer *bytes)
{
    char block[16384];
    ssize_t count = read(*descriptor, block, sizeof(block));

    if (count > 0) {
        buffer_append(bytes, block, (size_t)count);
    } else if (count == 0 || errno != EINTR) {
        close(*descriptor);
        *descriptor = -1;
    }
}

/* One round of reading; false when both ends are closed or the deadline has passed. */
static bool read_until(struct process *process, int64_t deadline)
{
    struct pollfd ends[] = {{.fd = process->out, .events = POLLIN},
                            {.fd = process->errors, .events = POLLIN}};

    if (process->out < 0 && process->errors < 0)
        return false;
    int ready = poll(ends, 2, left_until(deadline));
    if (ready == 0)
        return false;
    if (ready > 0 && ends[0].revents)
        read_some(&process->out, &process->out_bytes);
    if (ready > 0 && ends[1].revents)
        read_some(&process->errors, &process->error_bytes);
    return true;
}

bool process_wait_for_line(struct process *process, int deadline_ms)
{
    int64_t deadline = now_ms() + deadline_ms;

    while (!strchr(buffer_string(&process->out_bytes), '\n'))
        if (process->out < 0 || !read_until(process, deadline))
            return false;
    return true;
}

void process_signal(const struct process *process, int signal)
{
    CHECK(process->id > 0);
    kill(process->id, signal);
}

/* A program may close its outputs long before it ends, hence the wait in small steps. */
static bool ended_in_time(struct process *process, int64_t deadline, int *status)
{
    for (;;) {
        if (waitpid(process->id, status, WNOHANG) == process->id)
            return true;
        if (!left_until(deadline))
            return false;
        poll(NULL, 0, 2);
    }
}

void process_finish(struct process *process, int deadline_ms, struct process_result *result)
{
    int64_t deadline = now_ms() + deadline_ms;
    int status = 0;

    while (read_until(process, deadline))
        ;
    bool in_time = ended_in_time(process, deadline, &status);
    if (!in_time) {
        process_signal(process, SIGKILL);
        CHECK(waitpid(process->id, &status, 0) == process->id);
    }
    if (process->out >= 0)
        close(process->out);
    if (process->errors >= 0)
        close(process->errors);
    *result = (struct process_result){
        .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
        .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
        .late = !in_time,
        .out = process->out_bytes,
        .errors = process->error_bytes,
    };
    *process = (struct process){.out = -1, .errors = -1};
}

void process_run(const struct process_call *call, int deadline_ms, struct process_result *result)
{
    struct process process;

    process_start(call, &process);
    process_finish(&process, deadline_ms, result);
}

void process_result_release(struct process_result *result)
{
    buffer_release(&result->out);
    buffer_release(&result->errors);
}
