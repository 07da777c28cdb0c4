#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "sync/discreet.h"

struct case_of {
    const char *text, *told;
};

static const struct case_of sentences[] = {
    {"", ""},
    {"the list is private", "the list is private"},
    {"\"Heat\" and \"\"", "\"(4 characters)\" and \"(0 characters)\""},
    {"an open \"quotation", "an open \"(9 characters)\""},
    {"https://u:p@seerr.example.org/a?key=1", "https://(hidden)@(public name)/(hidden)"},
    {"at http://192.168.1.2:5055/login, again", "at http://192.168.1.2:5055/(hidden), again"},
    {"http://seerr:5055", "http://seerr:5055"},
    {"http://[::1]:5055/", "http://[::1]:5055"},
    {"https://letterboxd.com/somebody/", "https://letterboxd.com/(hidden)"},
    {"https://93.184.216.34/x", "https://(public address)/(hidden)"},
    {"mail to anna@example.org failed", "mail to (hidden) failed"},
    {"u:p@host.example", "(hidden)"},
    {"from 93.184.216.34:443", "from (public address):443"},
    {"from 10.0.0.7 and 127.0.0.1", "from 10.0.0.7 and 127.0.0.1"},
    {"2606:2800:220:1:248:1893:25c8:1946", "(public address)"},
    {"api_key=abc&b=2", "api_key=(hidden)&b=2"},
    {"Authorization: Bearer abc def", "Authorization: (hidden) def"},
    {"token aZ09_aZ09_aZ09_aZ09_aZ09", "token (24 characters)"},
    {"%61%62%31%32%33%34%35", "(21 characters)"},
    {"listsync-20261122T043000Z.backup", "listsync-20261122T043000Z.backup"},
    {"LISTSYNC_BACKUP_PASSPHRASE is not set", "LISTSYNC_BACKUP_PASSPHRASE is not set"},
    {"/srv/data/list_sync.db", "/srv/data/list_sync.db"},
    {"a\nb\x1b[1m", "a b [1m"},
};

static void sentences_are_told_discreetly(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(sentences); i++) {
        AUTO_BUFFER struct buffer told = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
        discreet_text(sentences[i].text, &told);
        assert_string_equal(buffer_string(&told), sentences[i].told);
    }
}

static void names_of_users_go_from_paths(void **state)
{
    static const char *const homes[] = {"/home", "/Users"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(homes); i++) {
        AUTO_BUFFER struct buffer told = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
        AUTO_FREE char *path = memory_print("in %s/anna/data", homes[i]);
        AUTO_FREE char *without = memory_print("in %s/(user)/data", homes[i]);
        discreet_text(path, &told);
        assert_string_equal(buffer_string(&told), without);
    }
}

static void forms_keep_the_words_of_sources(void **state)
{
    static const struct case_of names[] = {
        {"anna/lists/mine-2024", "xxxx/lists/xxxx-0000"},
        {"ls012345678", "ls000000000"},
        {"anna/watchlist", "xxxx/watchlist"},
        {"J\xc3\xb6rg", "xxxxx"},
        {"", ""},
    };
    AUTO_ARENA struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        assert_string_equal(discreet_form(arena, names[i].text), names[i].told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_are_told_discreetly),
        cmocka_unit_test(names_of_users_go_from_paths),
        cmocka_unit_test(forms_keep_the_words_of_sources),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
