#include "sync/discreet.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/provider.h"

enum {
    TOKEN_LEAST = 20, /* with letters and digits */
    TOKEN_SURELY = 40,
    TOKEN_WITH_SLASHES = 32,
    SCHEME_MOST = 12,
};

static const char hidden[] = "(hidden)";

/* ---- hosts ---- */

static bool is_of_source(const char *host)
{
    for (const struct provider *const *provider = provider_all(); *provider; provider++) {
        const struct provider_host *asked = (*provider)->hosts;
        for (; asked && asked->name; asked++)
            if (text_equal(asked->name, host))
                return true;
        for (const char *const *domain = (*provider)->domains; domain && *domain; domain++)
            if (text_equal(*domain, host))
                return true;
    }
    return false;
}

/* Names that mean something in one home, container or machine only. */
static bool is_local_name(const char *host)
{
    static const char *const ends[] = {".lan",      ".local",     ".localdomain",
                                       ".internal", ".home",      ".home.arpa",
                                       ".intranet", ".localhost", ".docker"};

    if (!strchr(host, '.'))
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++)
        if (text_ends_with(host, ends[i]))
            return true;
    return false;
}

bool discreet_host_is_public(const char *host)
{
    struct address address;

    if (address_parse(host, &address))
        return address_is_public(&address);
    return !is_of_source(host) && !is_local_name(host);
}

static void put_host(const char *host, struct buffer *out)
{
    struct address address;

    if (!discreet_host_is_public(host))
        buffer_text(out, host);
    else
        buffer_text(out, address_parse(host, &address) ? "(public address)" : "(public name)");
}

/* Of "user:pass@host:port" in so many characters. */
static void put_authority(const char *text, size_t length, struct buffer *out)
{
    AUTO_FREE char *authority = memory_text_n(text, length);
    char *at = strrchr(authority, '@');
    char *host = at ? at + 1 : authority;
    char *closing = *host == '[' ? strchr(host, ']') : NULL;
    char *port = strchr(closing ? closing : host, ':');

    if (at)
        buffer_print(out, "%s@", hidden);
    for (char *letter = host; *letter; letter++)
        *letter = (char)tolower((unsigned char)*letter);
    AUTO_FREE char *alone = memory_text_n(host, port ? (size_t)(port - host) : strlen(host));
    put_host(alone, out);
    if (port && text_is_digits(port + 1))
        buffer_text(out, port);
}

static size_t address_length(const char *text)
{
    return strcspn(text, " \t\r\n\"'<>`,;)|\\");
}

/* From "://" on; how much of the text it was. */
static size_t put_after_scheme(const char *text, struct buffer *out)
{
    size_t length = address_length(text);
    size_t authority = strcspn(text + 3, "/?#");

    if (authority + 3 > length)
        authority = length - 3;
    buffer_text(out, "://");
    put_authority(text + 3, authority, out);
    if (length > authority + 3 + 1)
        buffer_print(out, "/%s", hidden);
    return length;
}

void discreet_address(const char *address, struct buffer *out)
{
    const char *after = strstr(address, "://");

    if (!after) {
        buffer_text(out, hidden);
        return;
    }
    buffer_append(out, address, (size_t)(after - address));
    put_after_scheme(after, out);
}

/* ---- words ---- */

static bool is_of_token(char character)
{
    return isalnum((unsigned char)character) || (character && strchr("_-+=~%", character));
}

struct token {
    size_t length;
    bool has_letter, has_digit, has_small, has_capital;
};

static struct token read_token(const char *text, bool with_slashes)
{
    struct token token = {0};

    for (; is_of_token(text[token.length]) || (with_slashes && text[token.length] == '/');
         token.length++) {
        unsigned char character = (unsigned char)text[token.length];
        token.has_digit |= isdigit(character) != 0;
        token.has_small |= islower(character) != 0;
        token.has_capital |= isupper(character) != 0;
        token.has_letter |= isalpha(character) != 0 || character == '%'; /* "%61" is an a */
    }
    return token;
}

/* Length of what cannot be a word of ours here; 0: it is none. */
static size_t find_token(const char *text)
{
    struct token token = read_token(text, false);
    struct token longer = read_token(text, true);

    if (*text != '/' && longer.length >= TOKEN_WITH_SLASHES && longer.has_digit &&
        longer.has_small && longer.has_capital)
        return longer.length;
    if (text_starts_with(text, "listsync-") || text_starts_with(text, "list_sync"))
        return 0;
    if (token.length >= TOKEN_SURELY ||
        (token.length >= TOKEN_LEAST && token.has_letter && token.has_digit))
        return token.length;
    return 0;
}

/* Words behind which a secret follows. */
static const char *const keywords[] = {
    "key=",     "token=",  "password=",      "passwd=", "pass=",       "secret=",
    "session=", "sig=",    "signature=",     "auth=",   "passphrase=", "bearer ",
    "basic ",   "cookie:", "authorization:", "apikey:", "api-key:",
};

static size_t find_keyword(const char *text)
{
    for (size_t i = 0; i < ARRAY_LENGTH(keywords); i++)
        if (text_starts_with_ignoring_case(text, keywords[i]))
            return strlen(keywords[i]);
    return 0;
}

/* "Authorization: Bearer abc" -> "Authorization: (hidden)" */
static size_t put_after_keyword(const char *text, size_t keyword, struct buffer *out)
{
    size_t at = keyword + strspn(text + keyword, ": =\t");

    buffer_append(out, text, at);
    for (size_t scheme = find_keyword(text + at); scheme && text[at + scheme - 1] == ' ';
         scheme = 0)
        at += scheme;
    size_t length = strcspn(text + at, " \t&;,\"");
    if (length)
        buffer_text(out, hidden);
    return at + length;
}

static size_t find_mail_address(const char *text)
{
    size_t name = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "._%+-:");

    if (!name || text[name] != '@' || !isalnum((unsigned char)text[name + 1]))
        return 0;
    return name + 1 + strcspn(text + name + 1, " \t\",;<>()");
}

/* The length of a public address of either kind that stands here. */
static size_t find_public_address(const char *text)
{
    size_t length = strspn(text, "0123456789abcdefABCDEF.:");
    struct address address;
    char copy[ADDRESS_TEXT_SIZE];

    while (length && strchr(".:", text[length - 1]))
        length--;
    if (length < 3 || length >= sizeof(copy))
        return 0;
    memcpy(copy, text, length);
    copy[length] = '\0';
    /* 203.0.113.9:443 */
    if (strchr(copy, '.'))
        text_cut_at(copy, ":");
    return address_parse(copy, &address) && address_is_public(&address) ? strlen(copy) : 0;
}

static size_t find_scheme(const char *text)
{
    size_t length = 0;

    while (length < SCHEME_MOST && (isalnum((unsigned char)text[length]) || text[length] == '+'))
        length++;
    return length && text_starts_with(text + length, "://") ? length : 0;
}

static size_t characters(const char *text, size_t bytes)
{
    size_t count = 0;

    for (size_t i = 0; i < bytes; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

static size_t put_quoted(const char *text, struct buffer *out)
{
    size_t length = strcspn(text + 1, "\"");

    buffer_print(out, "\"(%zu characters)\"", characters(text + 1, length));
    return length + (text[length + 1] ? 2 : 1);
}

static size_t put_home(const char *text, struct buffer *out)
{
    static const char *const homes[] = {"/home/", "/Users/"};

    for (size_t i = 0; i < ARRAY_LENGTH(homes); i++) {
        if (!text_starts_with(text, homes[i]))
            continue;
        buffer_print(out, "%s(user)", homes[i]);
        return strlen(homes[i]) + strcspn(text + strlen(homes[i]), "/ :\"");
    }
    return 0;
}

/* At the beginning of a word. */
static size_t put_word(const char *text, struct buffer *out)
{
    size_t length = 0;

    if ((length = find_scheme(text))) {
        buffer_append(out, text, length);
        return length + put_after_scheme(text + length, out);
    }
    if ((length = find_mail_address(text))) {
        buffer_text(out, hidden);
        return length;
    }
    if ((length = find_public_address(text))) {
        buffer_text(out, "(public address)");
        return length;
    }
    if ((length = find_token(text)))
        buffer_print(out, "(%zu characters)", length);
    return length;
}

static bool begins_word(const char *text, const char *at)
{
    return at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '_' || at[-1] == '-');
}

static size_t put_next(const char *text, const char *at, struct buffer *out)
{
    size_t length = 0;

    if (*at == '"')
        return put_quoted(at, out);
    if (*at == '/' && (length = put_home(at, out)))
        return length;
    if ((length = find_keyword(at)))
        return put_after_keyword(at, length, out);
    if (begins_word(text, at) && (length = put_word(at, out)))
        return length;
    buffer_byte(out, *at);
    return 1;
}

void discreet_text(const char *text, struct buffer *out)
{
    AUTO_FREE char *tame = memory_text(text);

    text_tame(tame);
    for (const char *at = tame; *at;)
        at += put_next(tame, at, out);
}

/* Words of the sources themselves, which tell a form and nobody's name. */
static bool is_of_form(const char *word, size_t length)
{
    static const char *const words[] = {
        "lists", "list",     "watchlist", "users", "user",     "ls",       "ur",   "movies",
        "shows", "films",    "film",      "likes", "rss",      "file",     "json", "csv",
        "txt",   "official", "id",        "items", "external", "favorites"};

    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0)
            return true;
    return false;
}

const char *discreet_form(struct arena *arena, const char *name)
{
    char *form = arena_text(arena, name);

    for (char *at = form; *at;) {
        size_t letters = 0;
        while (isalpha((unsigned char)at[letters]) || (at[letters] & 0x80))
            letters++;
        if (letters && !is_of_form(at, letters))
            memset(at, 'x', letters);
        at += letters;
        if (isdigit((unsigned char)*at))
            *at++ = '0';
        else if (*at && !letters)
            at++;
    }
    return form;
}
