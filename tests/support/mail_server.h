/*
 * mail_server.h: a mail server of the test's own (smtp_server.py), with a certificate that it makes
 * itself. It keeps what it takes; what it says can be changed while it runs.
 *
 *     struct mail_server mail = {0};
 *     mail_server_open(&mail);
 *     mail_server_start(&mail, "starttls");
 *     ... port: mail.port; login anna, hush ...
 *     char *text = mail_server_mail(&mail, 0);      // envelope and message; free()
 *     mail_server_stop(&mail);
 *     mail_server_close(&mail);
 */
#ifndef TESTS_SUPPORT_MAIL_SERVER_H
#define TESTS_SUPPORT_MAIL_SERVER_H

#include "support/process.h"
#include "support/temp_dir.h"

struct mail_server {
    struct temp_dir folder;
    char *certificate, *key; /* files; whoever trusts the first trusts the server at 127.0.0.1 */
    struct process process;
    int port; /* the same at each start */
};

void mail_server_open(struct mail_server *server);
void mail_server_close(struct mail_server *server); /* stopped before */

/* `mode`: starttls, tls or plain. */
void mail_server_start(struct mail_server *server, const char *mode);
void mail_server_stop(struct mail_server *server);

/* From now on it answers MAIL so, "451 4.3.0 no room"; NULL: as usual. */
void mail_server_refuse(struct mail_server *server, const char *words);
/* From now on it is one of those that do not know EHLO. */
void mail_server_age(struct mail_server *server);
/* From now on it takes messages and never says so. */
void mail_server_hush(struct mail_server *server, bool is_silent);

/* The n-th that it took, from 0, a fresh copy; NULL: it took fewer. */
char *mail_server_mail(const struct mail_server *server, int number);
/* The same, once it is there; fails the test when it does not come. */
char *mail_server_wait(const struct mail_server *server, int number);
int mail_server_count(const struct mail_server *server);

#endif
