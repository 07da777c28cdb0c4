/*
 * What commands and the service say of a database that is damaged, empty, gone or not theirs: one
 * sentence with the way out; the file stays as it is, and the way out works.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/stored_settings.h"
#include "support/world.h"

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

enum { PAGE = 4096 };

static struct world world;
static char backup[64]; /* the name of the only one */

static char *database(void)
{
    return world_path(&world, "list_sync.db");
}

static char *run(const char *const *words, bool wanted)
{
    struct process_result result;

    world_run(&world, words, &result);
    if ((result.exit_code == 0) != wanted || result.signal)
        fail_msg("%s ended with %d: %s%s", words[0], result.exit_code, buffer_string(&result.out),
                 buffer_string(&result.errors));
    char *text = memory_print("%s%s", buffer_string(&result.out), buffer_string(&result.errors));
    process_result_release(&result);
    return text;
}

static void expect(const char *const *words, bool wanted, const char *part)
{
    AUTO_FREE char *text = run(words, wanted);

    if (!strstr(text, part))
        fail_msg("%s does not say \"%s\": %s", words[0], part, text);
}

static void find_backup(const char *text)
{
    const char *name = strstr(text, "/backups/");

    assert_non_null(name);
    name += strlen("/backups/");
    size_t length = strcspn(name, " ");
    assert_true(length < sizeof(backup));
    memcpy(backup, name, length);
    backup[length] = '\0';
}

/* One list with titles, synced and backed up. */
static int open_all(void **state)
{
    (void)state;
    world_open(&world, NULL);
    free(run(WORDS("lists", "add", "stevenlu:stevenlu"), true));
    free(run(WORDS("sync", "--quiet"), true));
    AUTO_FREE char *text = run(WORDS("backup"), true);
    find_backup(text);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* ---- ways to break it ---- */

static void read_all(struct buffer *bytes)
{
    AUTO_FREE char *path = database();

    assert_int_equal(files_read(path, bytes, NULL), ERROR_NONE);
}

static void write_all(const void *bytes, size_t length)
{
    AUTO_FREE char *path = database();

    assert_int_equal(files_write(path, bytes, length, NULL), ERROR_NONE);
}

static void flip_its_head(void)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(1 << 24);

    read_all(&bytes);
    bytes.bytes[3] ^= 0xff;
    write_all(bytes.bytes, bytes.length);
}

static void cut_it_in_half(void)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(1 << 24);

    read_all(&bytes);
    write_all(bytes.bytes, bytes.length / 2);
}

static void make_it_zeros(void)
{
    static const char zeros[100 * PAGE];

    write_all(zeros, sizeof(zeros));
}

static void make_it_text(void)
{
    write_all("Dear diary, ", strlen("Dear diary, "));
}

static void empty_it(void)
{
    write_all("", 0);
}

static void make_it_a_folder(void)
{
    AUTO_FREE char *path = database();

    CHECK(unlink(path) == 0 && mkdir(path, 0700) == 0);
}

/* From its second page on, so that it opens, and is found out when it is read. */
static void hollow_it(void)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(1 << 24);

    read_all(&bytes);
    memset(bytes.bytes + 40 * PAGE, 0, bytes.length - 40 * PAGE);
    write_all(bytes.bytes, bytes.length);
}

static const struct {
    const char *name;
    void (*break_it)(void);
    const char *sentence;
    bool has_advice;
} breakings[] = {
    {"a flipped byte", flip_its_head, "list_sync.db is no database", true},
    {"half of it", cut_it_in_half, "list_sync.db is damaged", true},
    {"zeros", make_it_zeros, "list_sync.db is no database", true},
    {"a text", make_it_text, "list_sync.db is no database", true},
    {"no byte", empty_it, "list_sync.db is empty (0 bytes; remove it to begin anew)", true},
    {"a folder", make_it_a_folder, "list_sync.db cannot be opened: it is a folder", false},
};

/* One line, in whatever command meets it. */
static void expect_sentence(const char *const *words, const char *sentence, bool has_advice)
{
    AUTO_FREE char *text = run(words, false);
    AUTO_FREE char *advice =
        memory_print("`listsync restore %s` puts the newest backup in its place", backup);

    if (!strstr(text, sentence) || (strstr(text, advice) != NULL) != has_advice)
        fail_msg("%s says: %s", words[0], text);
    if (!text_equal(words[0], "doctor") && strchr(text, '\n') != text + strlen(text) - 1)
        fail_msg("%s says more than a line: %s", words[0], text);
}

static void expect_the_same(const struct stat *before)
{
    AUTO_FREE char *path = database();
    struct stat after;

    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(after.st_size, before->st_size);
    assert_int_equal(after.st_mtim.tv_nsec, before->st_mtim.tv_nsec);
    assert_int_equal(after.st_ino, before->st_ino);
}

static void test_each_command_says_it_and_a_backup_mends_it(void **state)
{
    AUTO_FREE char *path = database();
    struct stat before;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(breakings); i++) {
        const char *sentence = breakings[i].sentence;
        bool has_advice = breakings[i].has_advice;
        breakings[i].break_it();
        assert_int_equal(stat(path, &before), 0);
        expect_sentence(WORDS("lists"), sentence, has_advice);
        expect_sentence(WORDS("sync", "--quiet"), sentence, has_advice);
        expect_sentence(WORDS("backup"), sentence, has_advice);
        expect_sentence(WORDS("doctor"), sentence, has_advice);
        expect_sentence(WORDS("serve"), sentence, has_advice);
        expect_sentence(WORDS("runs"), sentence, has_advice);
        expect_sentence(WORDS("key"), sentence, has_advice);
        expect(WORDS("backup", "list"), true, backup);
        expect_the_same(&before);
        expect(WORDS("restore", backup), true, "is back: 1 list, ");
        expect(WORDS("doctor"), true, "list_sync.db is whole, schema ");
    }
}

static void test_damage_inside_is_found_by_doctor_and_stops_a_sync(void **state)
{
    AUTO_FREE char *advice = memory_print("`listsync restore %s` puts", backup);

    (void)state;
    hollow_it();
    expect(WORDS("doctor"), false, "is damaged");
    expect(WORDS("doctor"), false, advice);
    expect(WORDS("sync", "--quiet"), false, "is damaged");
    expect(WORDS("sync", "--quiet"), false, advice);
    expect(WORDS("restore", backup), true, "is back: 1 list, ");
}

/* Its tables are there, and what is in them is not: found when it is read, not when it is opened.
 */
static void overwrite_its_rows(void)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(1 << 24);

    read_all(&bytes);
    for (size_t page = 60; (page + 1) * PAGE <= bytes.length; page++)
        memset(bytes.bytes + page * PAGE + 100, 0xff, 900);
    write_all(bytes.bytes, bytes.length);
}

static void test_damage_that_is_met_late_is_told_with_the_way_out_in_our_words(void **state)
{
    static const char *const commands[][3] = {
        {"why", "The Matrix"}, {"ignore", "The Matrix"}, {"backup"}, {"doctor"}};
    AUTO_FREE char *advice = memory_print("`listsync restore %s` puts", backup);

    (void)state;
    overwrite_its_rows();
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        AUTO_FREE char *text = run(commands[i], false);
        if (!strstr(text, "is damaged") || !strstr(text, advice) || strstr(text, "malformed") ||
            strstr(text, "tree") || strstr(text, "***"))
            fail_msg("%s says: %s", commands[i][0], text);
    }
    expect(WORDS("backup", "list"), true, backup);
    expect(WORDS("restore", backup), true, "is back: 1 list, ");
}

static void expect_first_sync_to_wait(const char *path)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_STORE struct store *store = NULL;
    const char *since = "";

    assert_int_equal(store_open(&db_driver_sqlite, path, &store, NULL), ERROR_NONE);
    assert_int_equal(service_state_get(store, arena, "ready_since", &since, NULL), ERROR_NONE);
    assert_string_not_equal(since, "");
}

static void test_one_that_is_gone_is_missed(void **state)
{
    AUTO_FREE char *path = database();
    AUTO_FREE char *advice =
        memory_print("`listsync restore %s` brings back the newest backup", backup);

    (void)state;
    assert_int_equal(unlink(path), 0);
    expect(WORDS("doctor"), true, "but backups of one: `listsync restore listsync-");
    assert_int_equal(access(path, F_OK), -1);
    AUTO_FREE char *text = run(WORDS("sync", "--quiet"), false);
    if (!strstr(text, advice) || !strstr(text, "waits as if one had just ended"))
        fail_msg("it says: %s", text);
    expect_first_sync_to_wait(path);
    assert_int_equal(unlink(path), 0);
    expect(WORDS("restore", backup), true, "is back: 1 list, ");
}

static void test_without_a_backup_it_says_that_too(void **state)
{
    AUTO_FREE char *path = world_path(&world, "backups");
    AUTO_FREE char *file = memory_print("%s/%s", path, backup);

    (void)state;
    assert_int_equal(unlink(file), 0);
    make_it_text();
    expect(WORDS("lists"), false, "there is no backup in ");
    expect(WORDS("lists"), false, "to begin anew, move it away, and keep it");
}

static void test_an_empty_one_is_left_so_without_a_backup_too(void **state)
{
    AUTO_FREE char *path = database();
    struct stat before;

    (void)state;
    empty_it();
    assert_int_equal(stat(path, &before), 0);
    expect(WORDS("doctor"), false, "list_sync.db is empty (0 bytes; remove it to begin anew)");
    expect(WORDS("lists"), false, "there is no backup in ");
    expect(WORDS("sync", "--quiet"), false, "is empty");
    expect(WORDS("serve"), false, "is empty");
    expect_the_same(&before);
}

static void test_one_that_is_gone_is_missed_by_its_key_too(void **state)
{
    AUTO_FREE char *path = database();

    (void)state;
    world_write(&world, "secret.key", "of a database that was there");
    assert_int_equal(unlink(path), 0);
    expect(WORDS("lists", "add", "stevenlu:stevenlu"), true, "only the secret.key of one");
    expect_first_sync_to_wait(path);
}

int main(void)
{
    /* In this order: the last three have no backup any more. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_command_says_it_and_a_backup_mends_it),
        cmocka_unit_test(test_damage_inside_is_found_by_doctor_and_stops_a_sync),
        cmocka_unit_test(test_damage_that_is_met_late_is_told_with_the_way_out_in_our_words),
        cmocka_unit_test(test_one_that_is_gone_is_missed),
        cmocka_unit_test(test_without_a_backup_it_says_that_too),
        cmocka_unit_test(test_an_empty_one_is_left_so_without_a_backup_too),
        cmocka_unit_test(test_one_that_is_gone_is_missed_by_its_key_too),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
