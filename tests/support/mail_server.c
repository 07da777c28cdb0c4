#include "support/mail_server.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/memory.h"
#include "support/certificate.h"

enum { SERVER_WAIT_MS = 30000 };

void mail_server_open(struct mail_server *server)
{
    *server = (struct mail_server){0};
    temp_dir_open(&server->folder);
    server->certificate = temp_dir_file(&server->folder, "certificate.pem");
    server->key = temp_dir_file(&server->folder, "key.pem");
    certificate_make(server->certificate, server->key);
}

void mail_server_close(struct mail_server *server)
{
    temp_dir_close(&server->folder);
    free(server->certificate);
    free(server->key);
}

void mail_server_start(struct mail_server *server, const char *mode)
{
    AUTO_FREE char *wanted = memory_print("%d", server->port);
    const char *words[] = {"/usr/bin/env",
                           "python3",
                           LISTSYNC_TESTS_DIR "/support/smtp_server.py",
                           mode,
                           server->certificate,
                           server->key,
                           server->folder.path,
                           wanted,
                           NULL};

    process_start(&(struct process_call){.words = words}, &server->process);
    assert_true(process_wait_for_line(&server->process, SERVER_WAIT_MS));
    server->port = atoi(buffer_string(&server->process.out_bytes));
    assert_true(server->port > 0);
}

void mail_server_stop(struct mail_server *server)
{
    struct process_result result;

    process_signal(&server->process, SIGTERM);
    process_finish(&server->process, SERVER_WAIT_MS, &result);
    process_result_release(&result);
}

/* A file in its folder that it looks for; NULL takes it away. */
static void tell(const struct mail_server *server, const char *name, const char *words)
{
    AUTO_FREE char *path = temp_dir_file(&server->folder, name);

    if (words)
        CHECK(files_write(path, words, strlen(words), NULL) == ERROR_NONE);
    else
        unlink(path);
}

void mail_server_refuse(struct mail_server *server, const char *words)
{
    tell(server, "refuse", words);
}

void mail_server_age(struct mail_server *server)
{
    tell(server, "old", "");
}

void mail_server_hush(struct mail_server *server, bool is_silent)
{
    tell(server, "silent", is_silent ? "" : NULL);
}

char *mail_server_mail(const struct mail_server *server, int number)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_FREE char *path = memory_print("%s/%d.eml", server->folder.path, number);

    return files_read(path, &text, NULL) ? NULL : memory_text(buffer_string(&text));
}

char *mail_server_wait(const struct mail_server *server, int number)
{
    int64_t until = clock_steady_ms() + SERVER_WAIT_MS;
    char *text = NULL;

    while (!(text = mail_server_mail(server, number)) && clock_steady_ms() < until)
        poll(NULL, 0, 10);
    assert_non_null(text);
    return text;
}

int mail_server_count(const struct mail_server *server)
{
    int count = 0;

    for (char *text = NULL; (text = mail_server_mail(server, count)); count++)
        free(text);
    return count;
}
