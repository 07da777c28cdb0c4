/* Backup files: what is in them comes out, and whatever is wrong with one is refused. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/stored_settings.h"
#include "support/backup_world.h"

enum { PIECE = CRYPTO_STREAM_PIECE + CRYPTO_STREAM_EXTRA, MUCH = 200 << 10 };

static const char *const whole[] = {"list_sync.db", "secret.key", "a.backup", NULL};
static const char *const nothing[] = {"list_sync.db", "secret.key", NULL};

static void read_file(const struct backup_world *world, struct buffer *ret)
{
    struct error error = {0};

    buffer_init(ret, 8 << 20);
    if (files_read(world->file, ret, &error))
        fail_msg("%s", error.message);
}

/* A world, and the bytes of its backup. */
static void make_and_read(struct backup_world *world, const char *passphrase, struct buffer *ret)
{
    backup_world_open(world, 0);
    backup_world_make(world, passphrase);
    read_file(world, ret);
}

/* Where the sealed pieces begin. */
static size_t first_piece(const struct buffer *bytes)
{
    const uint8_t *length = (const uint8_t *)bytes->bytes + strlen(BACKUP_HEAD_MAGIC);

    return strlen(BACKUP_HEAD_MAGIC) + BACKUP_HEAD_LENGTH_SIZE + length[0] + 256u * length[1] +
           CRYPTO_STREAM_EXTRA;
}

static void expect_read(const struct buffer *bytes, const char *passphrase)
{
    struct error error = {0};

    if (backup_world_read(bytes->bytes, bytes->length, passphrase, &error))
        fail_msg("%s", error.message);
}

static void expect_refusal(const char *bytes, size_t length, const char *passphrase,
                           const char *what, size_t where)
{
    struct error error = {0};
    enum error_code rc = backup_world_read(bytes, length, passphrase, &error);

    if (rc != ERROR_FORMAT && rc != ERROR_REFUSED)
        fail_msg("%s at %zu is answered by %d", what, where, rc);
    if (!*error.message || strchr(error.message, '\n'))
        fail_msg("%s at %zu gets no sentence", what, where);
}

static void test_a_backup_says_what_it_holds(void **state)
{
    (void)state;
    struct backup_world world;
    struct backup_head head;
    struct stat status;

    backup_world_open(&world, 0);
    backup_world_make(&world, BACKUP_WORLD_PASSPHRASE);
    must(&world, backup_look(world.file, &head, &world.error));
    assert_int_equal(head.counts.lists, 1);
    assert_int_equal(head.counts.items, 1);
    assert_int_equal(head.counts.runs, 1);
    assert_int_equal(head.schema, store_schema_version(world.store->store));
    assert_string_equal(head.program, LISTSYNC_VERSION);
    assert_string_equal(head.made_at, world.head.made_at);
    assert_int_equal(head.reason, BACKUP_BY_HAND);
    assert_true(head.is_encrypted && head.holds_key && *head.key_mark);
    assert_int_equal(stat(world.file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    must(&world, backup_world_verify(&world, BACKUP_WORLD_PASSPHRASE));
    backup_world_expect_files(&world, whole);
    backup_world_close(&world);
}

static void test_without_a_passphrase_the_key_stays_at_home(void **state)
{
    (void)state;
    struct backup_world world;
    struct crypto_key key = {0};
    static const struct crypto_key none;

    backup_world_open(&world, 0);
    backup_world_make(&world, NULL);
    must(&world, backup_unpack(world.file, NULL, world.work, &world.head, &key, &world.error));
    assert_false(world.head.is_encrypted || world.head.holds_key);
    assert_true(*world.head.key_mark);
    assert_memory_equal(&key, &none, sizeof(key));
    backup_world_close(&world);
}

static bool contains(const struct buffer *bytes, const char *text)
{
    return memmem(bytes->bytes, bytes->length, text, strlen(text)) != NULL;
}

static void test_nothing_of_the_contents_can_be_read(void **state)
{
    (void)state;
    struct backup_world world;
    AUTO_BUFFER struct buffer bytes;
    AUTO_BUFFER struct buffer key = BUFFER_WITH_LIMIT(1024);

    make_and_read(&world, BACKUP_WORLD_PASSPHRASE, &bytes);
    must(&world, files_read(world.key_file, &key, &world.error));
    assert_false(contains(&bytes, text_trim(key.bytes)));
    assert_false(contains(&bytes, "Heat"));
    assert_false(contains(&bytes, "SQLite"));
    assert_false(contains(&bytes, BACKUP_WORLD_PASSPHRASE));
    backup_world_close(&world);
}

static void flip_all(struct buffer *bytes, size_t from, size_t to, size_t stride,
                     const char *passphrase)
{
    for (size_t at = from; at < to; at += stride) {
        char kept = bytes->bytes[at];
        bytes->bytes[at] = (char)(kept ^ (1 << (at % 8)));
        expect_refusal(bytes->bytes, bytes->length, passphrase, "a flipped bit", at);
        bytes->bytes[at] = kept;
    }
    expect_read(bytes, passphrase);
}

static void test_a_flipped_bit_in_any_byte_is_refused(void **state)
{
    (void)state;
    struct backup_world world;
    AUTO_BUFFER struct buffer bytes;

    make_and_read(&world, NULL, &bytes);
    flip_all(&bytes, 0, bytes.length, 1, NULL);
    backup_world_close(&world);
}

/* Each try works with the passphrase, so not every byte is tried but in the head. */
static void test_the_same_holds_for_an_encrypted_one(void **state)
{
    (void)state;
    struct backup_world world;
    AUTO_BUFFER struct buffer bytes;

    make_and_read(&world, BACKUP_WORLD_PASSPHRASE, &bytes);
    size_t pieces = first_piece(&bytes);
    flip_all(&bytes, 0, pieces, 1, BACKUP_WORLD_PASSPHRASE);
    flip_all(&bytes, pieces, bytes.length, 97, BACKUP_WORLD_PASSPHRASE);
    backup_world_close(&world);
}

static void test_one_that_is_cut_off_anywhere_is_refused(void **state)
{
    (void)state;
    struct backup_world world;
    AUTO_BUFFER struct buffer bytes;

    make_and_read(&world, NULL, &bytes);
    for (size_t length = 0; length < bytes.length; length++)
        expect_refusal(bytes.bytes, length, NULL, "a cut", length);
    backup_world_close(&world);
}

/* The file of pieces in another order: NULL-free list of their numbers, -1 ends it. */
static void expect_order_refused(const struct buffer *bytes, const int *order, const char *what)
{
    AUTO_BUFFER struct buffer other = BUFFER_WITH_LIMIT(8 << 20);
    size_t start = first_piece(bytes);

    buffer_append(&other, bytes->bytes, start);
    for (; *order >= 0; order++) {
        size_t at = start + (size_t)*order * PIECE;
        size_t length = bytes->length - at < PIECE ? bytes->length - at : PIECE;
        buffer_append(&other, bytes->bytes + at, length);
    }
    expect_refusal(other.bytes, other.length, NULL, what, other.length);
}

static void test_pieces_keep_their_order(void **state)
{
    (void)state;
    struct backup_world world;
    AUTO_BUFFER struct buffer bytes;

    backup_world_open(&world, MUCH);
    backup_world_make(&world, NULL);
    read_file(&world, &bytes);
    size_t start = first_piece(&bytes);
    assert_int_equal((bytes.length - start - 1) / PIECE, 3); /* four pieces */
    expect_order_refused(&bytes, (const int[]){-1}, "no piece");
    expect_order_refused(&bytes, (const int[]){0, -1}, "a cut at a border");
    expect_order_refused(&bytes, (const int[]){0, 1, -1}, "a cut at a border");
    expect_order_refused(&bytes, (const int[]){0, 1, 2, -1}, "a cut at a border");
    expect_order_refused(&bytes, (const int[]){1, 0, 2, 3, -1}, "swapped pieces");
    expect_order_refused(&bytes, (const int[]){0, 2, 1, 3, -1}, "swapped pieces");
    expect_order_refused(&bytes, (const int[]){0, 1, 1, 2, 3, -1}, "a doubled piece");
    expect_order_refused(&bytes, (const int[]){0, 2, 3, -1}, "a missing piece");
    expect_order_refused(&bytes, (const int[]){1, 2, 3, -1}, "a missing piece");
    expect_order_refused(&bytes, (const int[]){0, 1, 2, 3, 0, -1}, "an added piece");
    flip_all(&bytes, start, bytes.length, 4099, NULL);
    backup_world_close(&world);
}

static void test_pieces_of_another_backup_are_refused(void **state)
{
    (void)state;
    struct backup_world world;
    AUTO_BUFFER struct buffer first, second;

    backup_world_open(&world, 0);
    backup_world_make(&world, NULL);
    read_file(&world, &first);
    backup_world_make(&world, NULL);
    read_file(&world, &second);
    AUTO_BUFFER struct buffer mixed = BUFFER_WITH_LIMIT(8 << 20);
    buffer_append(&mixed, first.bytes, first_piece(&first));
    buffer_append(&mixed, second.bytes + first_piece(&second),
                  second.length - first_piece(&second));
    expect_refusal(mixed.bytes, mixed.length, NULL, "a foreign piece", 0);
    backup_world_close(&world);
}

static void test_what_is_added_at_the_end_is_refused(void **state)
{
    (void)state;
    struct backup_world world;
    AUTO_BUFFER struct buffer bytes;

    backup_world_open(&world, MUCH);
    backup_world_make(&world, NULL);
    read_file(&world, &bytes);
    buffer_byte(&bytes, '\0');
    expect_refusal(bytes.bytes, bytes.length, NULL, "a byte more", bytes.length);
    for (int i = 0; i < PIECE; i++)
        buffer_byte(&bytes, 'x');
    expect_refusal(bytes.bytes, bytes.length, NULL, "a piece more", bytes.length);
    backup_world_close(&world);
}

static void expect_sentence(struct backup_world *world, enum error_code wanted,
                            const char *passphrase, const char *part)
{
    assert_int_equal(backup_world_verify(world, passphrase), wanted);
    if (!strstr(world->error.message, part))
        fail_msg("it says: %s", world->error.message);
    backup_world_expect_files(world, whole);
}

static void test_a_passphrase_must_be_the_right_one(void **state)
{
    (void)state;
    struct backup_world world;

    backup_world_open(&world, 0);
    backup_world_make(&world, BACKUP_WORLD_PASSPHRASE);
    expect_sentence(&world, ERROR_REFUSED, "correct horse", "is not the one of this backup");
    expect_sentence(&world, ERROR_REFUSED, NULL, "LISTSYNC_BACKUP_PASSPHRASE");
    expect_sentence(&world, ERROR_REFUSED, "", "LISTSYNC_BACKUP_PASSPHRASE");
    backup_world_close(&world);
}

static void test_foreign_files_are_none(void **state)
{
    (void)state;
    struct backup_world world;
    static const char text[] = "SQLite format 3\0and whatever follows in there";

    backup_world_open(&world, 0);
    must(&world, files_write(world.file, text, sizeof(text), &world.error));
    expect_sentence(&world, ERROR_FORMAT, NULL, "is no backup of ListSync");
    must(&world, files_write(world.file, "", 0, &world.error));
    expect_sentence(&world, ERROR_FORMAT, NULL, "is no backup of ListSync");
    unlink(world.file);
    assert_int_equal(backup_world_verify(&world, NULL), ERROR_NOT_FOUND);
    backup_world_close(&world);
}

/* ---- while others work, and when it cannot be done ---- */

static bool write_meanwhile(void *context)
{
    struct backup_world *world = context;

    return service_state_put(world->store->store, "meanwhile", "written", &world->error) ==
           ERROR_NONE;
}

static void test_it_holds_one_moment_while_others_write(void **state)
{
    (void)state;
    struct backup_world world;
    struct crypto_key key;
    struct db *db = NULL;
    int64_t count = -1;

    backup_world_open(&world, 8 << 20);
    world.order.going = (struct db_going){write_meanwhile, &world};
    backup_world_make(&world, NULL);
    assert_string_equal(
        store_world_text(world.store, "SELECT value FROM service_state WHERE name = 'meanwhile'"),
        "written");
    must(&world, backup_unpack(world.file, NULL, world.work, &world.head, &key, &world.error));
    must(&world, db_open(&db_driver_sqlite, world.work, &db, &world.error));
    struct db_statement *row =
        db_prepare(db, "SELECT COUNT(*) FROM service_state WHERE name = 'meanwhile'");
    if (db_step(row))
        count = db_column_integer(row, 0);
    must(&world, db_finish(row, &world.error));
    assert_int_equal(count, 0);
    db_close(db);
    backup_world_close(&world);
}

struct steps {
    int left;
    bool kills;
};

static bool count_steps(void *context)
{
    struct steps *steps = context;

    if (steps->left-- > 0)
        return true;
    if (steps->kills)
        kill(getpid(), SIGKILL);
    return false;
}

static void test_stopped_anywhere_it_leaves_nothing(void **state)
{
    (void)state;
    struct backup_world world;
    enum error_code rc = ERROR_CANCELLED;
    int cancelled = 0;

    backup_world_open(&world, 1 << 20);
    for (; rc == ERROR_CANCELLED; cancelled++) {
        struct steps steps = {cancelled, false};
        world.order.going = (struct db_going){count_steps, &steps};
        rc = backup_make(&world.order, &world.head, &world.error);
        if (rc == ERROR_CANCELLED)
            backup_world_expect_files(&world, nothing);
    }
    must(&world, rc);
    assert_true(cancelled > 5);
    backup_world_expect_files(&world, whole);
    backup_world_close(&world);
}

/* What it leaves then are work files, never one with the name. */
static void test_killed_anywhere_it_leaves_no_half_backup(void **state)
{
    (void)state;
    struct backup_world world;
    bool done = false;

    backup_world_open(&world, 1 << 20);
    for (int at = 0; !done; at++) {
        struct steps steps = {at, true};
        int status = 0;
        pid_t child = fork();
        if (child == 0) {
            world.order.going = (struct db_going){count_steps, &steps};
            _exit(backup_make(&world.order, &world.head, &world.error) ? 1 : 0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        done = !WIFSIGNALED(status);
        assert_int_equal(access(world.file, F_OK), done ? 0 : -1);
    }
    must(&world, backup_world_verify(&world, NULL));
    backup_world_close(&world);
}

static void limit_files(rlim_t most)
{
    struct rlimit limit;

    CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = most;
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

static void test_no_room_is_a_sentence_and_leaves_nothing(void **state)
{
    (void)state;
    struct backup_world world;

    signal(SIGXFSZ, SIG_IGN);
    backup_world_open(&world, MUCH);
    store_close(TAKE(world.store->store));
    for (rlim_t most = 0; most < 400 << 10; most += 50 << 10) {
        limit_files(most);
        enum error_code rc = backup_make(&world.order, &world.head, &world.error);
        limit_files(RLIM_INFINITY);
        assert_int_equal(rc, ERROR_STORE);
        assert_true(*world.error.message);
        backup_world_expect_files(&world, nothing);
    }
    backup_world_make(&world, NULL);
    backup_world_close(&world);
}

static void test_a_damaged_database_is_not_kept_as_a_backup(void **state)
{
    (void)state;
    struct backup_world world;
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(8 << 20);

    backup_world_open(&world, MUCH);
    store_close(TAKE(world.store->store));
    must(&world, files_read(world.store->path, &bytes, &world.error));
    for (size_t at = bytes.length - 8 * 4096; at < bytes.length; at++)
        bytes.bytes[at] = 'x';
    must(&world, files_write(world.store->path, bytes.bytes, bytes.length, &world.error));
    assert_int_equal(backup_make(&world.order, &world.head, &world.error), ERROR_STORE);
    assert_non_null(strstr(world.error.message, "damaged"));
    backup_world_expect_files(&world, nothing);
    backup_world_close(&world);
}

static void test_no_database_is_no_backup(void **state)
{
    (void)state;
    struct backup_world world;

    backup_world_open(&world, 0);
    store_close(TAKE(world.store->store));
    unlink(world.store->path);
    assert_int_equal(backup_make(&world.order, &world.head, &world.error), ERROR_NOT_FOUND);
    backup_world_expect_files(&world, (const char *[]){"secret.key", NULL});
    backup_world_close(&world);
}

static void test_a_file_that_is_there_stays(void **state)
{
    (void)state;
    struct backup_world world;

    backup_world_open(&world, 0);
    backup_world_make(&world, NULL);
    assert_int_equal(backup_make(&world.order, &world.head, &world.error), ERROR_USAGE);
    must(&world, backup_world_verify(&world, NULL));
    backup_world_close(&world);
}

static void test_a_folder_or_a_pipe_is_no_backup(void **state)
{
    (void)state;
    struct backup_world world;

    backup_world_open(&world, 0);
    assert_int_equal(backup_look(world.store->dir.path, &world.head, &world.error), ERROR_STORE);
    assert_non_null(strstr(world.error.message, "is no plain file"));
    assert_int_equal(mkfifo(world.file, 0600), 0);
    assert_int_equal(backup_look(world.file, &world.head, &world.error), ERROR_STORE);
    backup_world_close(&world);
}

/* Of the same name, in a folder that nobody clears. */
static void test_what_a_killed_one_left_is_no_obstacle(void **state)
{
    (void)state;
    struct backup_world world;

    backup_world_open(&world, 0);
    for (const char *const *ending = backup_work_endings; *ending; ending++) {
        AUTO_FREE char *path = memory_print("%s%s", world.file, *ending);
        must(&world, files_write(path, "half", 4, &world.error));
    }
    backup_world_make(&world, NULL);
    must(&world, backup_world_verify(&world, NULL));
    backup_world_expect_files(&world, whole);
    backup_world_close(&world);
}

static void test_one_that_cannot_be_made_to_last_is_none(void **state)
{
    (void)state;
    struct backup_world world;

    backup_world_open(&world, 0);
    store_close(TAKE(world.store->store));
    backup_world_hide_names(&world, true);
    enum error_code rc = backup_make(&world.order, &world.head, &world.error);
    backup_world_hide_names(&world, false);
    assert_int_equal(rc, ERROR_STORE);
    assert_non_null(strstr(world.error.message, "a.backup cannot be written"));
    backup_world_expect_files(&world, nothing);
    backup_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_backup_says_what_it_holds),
        cmocka_unit_test(test_without_a_passphrase_the_key_stays_at_home),
        cmocka_unit_test(test_nothing_of_the_contents_can_be_read),
        cmocka_unit_test(test_a_flipped_bit_in_any_byte_is_refused),
        cmocka_unit_test(test_the_same_holds_for_an_encrypted_one),
        cmocka_unit_test(test_one_that_is_cut_off_anywhere_is_refused),
        cmocka_unit_test(test_pieces_keep_their_order),
        cmocka_unit_test(test_pieces_of_another_backup_are_refused),
        cmocka_unit_test(test_what_is_added_at_the_end_is_refused),
        cmocka_unit_test(test_a_passphrase_must_be_the_right_one),
        cmocka_unit_test(test_foreign_files_are_none),
        cmocka_unit_test(test_it_holds_one_moment_while_others_write),
        cmocka_unit_test(test_stopped_anywhere_it_leaves_nothing),
        cmocka_unit_test(test_killed_anywhere_it_leaves_no_half_backup),
        cmocka_unit_test(test_no_room_is_a_sentence_and_leaves_nothing),
        cmocka_unit_test(test_a_damaged_database_is_not_kept_as_a_backup),
        cmocka_unit_test(test_no_database_is_no_backup),
        cmocka_unit_test(test_a_file_that_is_there_stays),
        cmocka_unit_test(test_a_folder_or_a_pipe_is_no_backup),
        cmocka_unit_test(test_what_a_killed_one_left_is_no_obstacle),
        cmocka_unit_test(test_one_that_cannot_be_made_to_last_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
