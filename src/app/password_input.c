#include "app/password_input.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "app/interrupt.h"
#include "base/memory.h"
#include "base/text.h"

enum { LINE_SIZE = 4096 };

static enum error_code check(const char *what, const char *line, size_t length, bool is_long,
                             struct error *error)
{
    if (interrupt_came())
        return error_set(error, ERROR_CANCELLED, "nothing was changed");
    if (is_long || strlen(line) != length || !text_is_valid_utf8(line, length))
        return error_set(error, ERROR_USAGE, "that is no %s: it wants one line of text", what);
    if (!length)
        return error_set(error, ERROR_USAGE, "no %s came; nothing was changed", what);
    return ERROR_NONE;
}

/* Byte by byte: what follows the line belongs to somebody else. */
static enum error_code read_line(const char *what, struct secret *ret, struct error *error)
{
    char line[LINE_SIZE];
    size_t length = 0;

    while (length < sizeof(line) - 1 && read(STDIN_FILENO, line + length, 1) == 1 &&
           line[length] != '\n')
        length++;
    bool is_long = length == sizeof(line) - 1;
    if (length && !is_long && line[length - 1] == '\r')
        length--;
    line[length] = '\0';
    enum error_code rc = check(what, line, length, is_long, error);
    if (!rc)
        secret_set(ret, line);
    explicit_bzero(line, sizeof(line));
    return rc;
}

static enum error_code ask(const char *what, const char *question, struct secret *ret,
                           struct error *error)
{
    struct termios shown, hidden;

    fputs(question, stderr);
    fflush(stderr);
    if (tcgetattr(STDIN_FILENO, &shown))
        return error_set(error, ERROR_USAGE, "the terminal cannot be asked: %s", strerror(errno));
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    enum error_code rc = read_line(what, ret, error);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    return rc;
}

enum error_code password_input_ask(const char *what, const char *question, struct secret *ret,
                                   struct error *error)
{
    return isatty(STDIN_FILENO) ? ask(what, question, ret, error) : read_line(what, ret, error);
}

enum error_code password_input_read(struct secret *ret, struct error *error)
{
    struct secret again = {0};

    if (!isatty(STDIN_FILENO))
        return read_line("password", ret, error);
    enum error_code rc = ask("password", "New password: ", ret, error);
    if (!rc)
        rc = ask("password", "Once more: ", &again, error);
    if (!rc && !text_equal(secret_reveal(ret), secret_reveal(&again)))
        rc = error_set(error, ERROR_USAGE, "the two are not the same; nothing was changed");
    secret_release(&again);
    return rc;
}
