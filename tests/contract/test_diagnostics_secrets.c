/* No secret gets into a report, wherever it was and whatever it was written as. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/settings.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/accounts.h"
#include "store/alarms.h"
#include "store/inspection.h"
#include "store/notification_deliveries.h"
#include "store/stored_settings.h"
#include "support/plants.h"
#include "support/store_world.h"
#include "sync/diagnostics.h"
#include "sync/notice_targets.h"
#include "sync/secret_key.h"

struct garden {
    struct store_world *world;
    struct plants plants;
    struct settings settings;
    struct buffer report, figures;
    struct secret_key key;
};

static struct garden open_garden(struct store_world *world)
{
    static char *nothing[] = {NULL};
    struct garden garden = {.world = world,
                            .report = BUFFER_WITH_LIMIT(DIAGNOSTICS_MOST),
                            .figures = BUFFER_WITH_LIMIT(DIAGNOSTICS_METRICS_MOST)};

    crypto_begin();
    log_begin(LOG_DEBUG, LOG_NOWHERE);
    must(world, settings_load(&garden.settings, nothing, "/nowhere/.env", &world->error));
    return garden;
}

/* Once the settings are planted, one of which may be the key. */
static void make_key(struct garden *garden)
{
    struct secret_key_place place =
        secret_key_place(garden->world->dir.path, &garden->settings.options);

    must(garden->world,
         secret_key_open(&place, garden->world->store, &garden->key, &garden->world->error));
}

static void close_garden(struct garden *garden)
{
    log_end();
    plants_release(&garden->plants);
    settings_release(&garden->settings);
    secret_key_release(&garden->key);
    buffer_release(&garden->report);
    buffer_release(&garden->figures);
}

static const char *make_report(struct garden *garden)
{
    const struct diagnostics_service service = {.metrics = buffer_string(&garden->figures)};

    buffer_clear(&garden->report);
    diagnostics_write(
        &(struct diagnostics_order){
            .given = &garden->settings.options,
            .settings_problem = "",
            .warnings = "",
            .data_directory = garden->world->dir.path,
            .store = garden->world->store,
            .store_problem = "",
            .service = &service,
        },
        &garden->report);
    assert_false(garden->report.overflowed);
    return buffer_string(&garden->report);
}

static void set(struct garden *garden, const char *name, const char *value)
{
    must(garden->world, options_set(&garden->settings.options, name, value, &garden->world->error));
}

static const char *plant_path(struct garden *garden, const char *where, const char *before)
{
    const char *token = plants_add(&garden->plants, where, PLANT_WORD);
    const char *value = plants_add(&garden->plants, where, PLANT_WORD);

    return arena_print(garden->world->arena, "https://%slists.example.org/%s/all.json?key=%s",
                       before, token, value);
}

/* An address with something of everything in it. */
static const char *plant_address(struct garden *garden, const char *where)
{
    const char *user = plants_add(&garden->plants, where, PLANT_WORD);
    const char *password = plants_add(&garden->plants, where, PLANT_WORD);

    return plant_path(garden, where, arena_print(garden->world->arena, "%s:%s@", user, password));
}

/* ---- each in every form, in a log line that should never have been written ---- */

static void log_it(const char *value)
{
    AUTO_FREE char *percent = plants_percent(value, true, false);
    AUTO_FREE char *percent_all = plants_percent(value, false, true);
    AUTO_FREE char *hex = plants_hex(value, false);
    AUTO_FREE char *basic = memory_print("user:%s", value);
    AUTO_FREE char *base64 = plants_base64(value, false);
    AUTO_FREE char *basic64 = plants_base64(basic, true);
    AUTO_FREE char *sentence = memory_print("%s and %s, %s", value, percent, hex);
    AUTO_FREE char *half = memory_print("cut off: %.20s", value);

    log_info("web", sentence, LOG_TEXT("why", percent_all), LOG_TEXT("error", value),
             LOG_TEXT("path", percent), LOG_TEXT("name", value), LOG_TEXT("status", value),
             LOG_TEXT("api", basic64), LOG_END);
    log_info("sync", base64, LOG_TEXT("answer", basic64), LOG_TEXT("target", hex), LOG_END);
    log_info("sync", half, LOG_TEXT("answer", half), LOG_END);
}

static void log_all(const struct garden *garden)
{
    for (size_t i = 0; i < garden->plants.count; i++)
        if (garden->plants.items[i].kind != PLANT_NAME)
            log_it(garden->plants.items[i].value);
        else
            log_info("sync", garden->plants.items[i].value,
                     LOG_TEXT("why", garden->plants.items[i].value),
                     LOG_TEXT("by", garden->plants.items[i].value), LOG_END);
}

/* Among figures, which nothing looks over but the redaction. */
static void count_it(struct garden *garden, const struct plant *plant)
{
    AUTO_FREE char *percent = plants_percent(plant->value, true, false);
    AUTO_FREE char *hex = plants_hex(plant->value, true);
    AUTO_FREE char *basic = memory_print("user:%s:", plant->value);
    AUTO_FREE char *base64 = plants_base64(basic, true);

    buffer_print(&garden->figures, "things_total{a=\"%s\",b=\"%s\"} 1\n", plant->value, percent);
    if (plant->kind != PLANT_NAME)
        buffer_print(&garden->figures, "things_total{c=\"%s\",d=\"%s\"} 1\n", hex, base64);
    assert_false(garden->figures.overflowed);
}

/* The same in the words of others that are kept: why a run failed, a list was not read, ... */
static void store_sentence(struct garden *garden, int64_t list, int64_t target, const char *value)
{
    struct store_world *world = garden->world;
    const char *sentence = arena_print(world->arena, "the server said %s to us", value);
    struct stored_run run = {.state = RUN_FAILED, .message = sentence};
    struct notification_delivery delivery = {.target_id = target,
                                             .key = value,
                                             .title = value,
                                             .severity = "error",
                                             .notice = "{}",
                                             .due_ms = 1};
    struct notification_deliveries claimed = {0};

    must(world, runs_begin(world->store, RUN_FULL, RUN_BY_HAND, false, &run.id, &world->error));
    must(world, runs_record_list(world->store, run.id, list, OUTCOME_UNREACHABLE, 0, sentence,
                                 &world->error));
    must(world, runs_finish(world->store, &run, &world->error));
    must(world, alarms_raise(world->store,
                             &(struct alarm){.key = sentence, .sentence = sentence, .well = ""},
                             &world->error));
    must(world, notification_deliveries_add(world->store, &delivery, &world->error));
    must(world,
         notification_deliveries_claim(world->store, world->arena, 2, &claimed, &world->error));
    for (size_t i = 0; i < claimed.count; i++) {
        claimed.items[i].state = DELIVERY_FAILED;
        claimed.items[i].message = sentence;
        must(world, notification_deliveries_end(world->store, &claimed.items[i], &world->error));
    }
}

/* ---- where secrets are ---- */

static void plant_settings(struct garden *garden)
{
    const struct map *declared = &garden->settings.options.declared;
    size_t secrets = 0;

    for (size_t i = 0; i < declared->capacity; i++) {
        const struct option *option = declared->entries[i].key ? declared->entries[i].value : NULL;
        if (!option || option->kind != OPTION_SECRET)
            continue;
        set(garden, option->name, plants_add(&garden->plants, option->name, PLANT_SECRET));
        secrets++;
    }
    assert_true(secrets > 10);
    set(garden, "OVERSEERR_URL", plant_address(garden, "OVERSEERR_URL"));
    set(garden, "OVERSEERR_PUBLIC_URL", plant_address(garden, "OVERSEERR_PUBLIC_URL"));
    set(garden, "LISTSYNC_TRACES", plant_address(garden, "LISTSYNC_TRACES"));
    set(garden, "CUSTOM_LISTS", plant_address(garden, "CUSTOM_LISTS"));
    set(garden, "TRAKT_LISTS",
        arena_print(garden->world->arena, "%s/lists/%s",
                    plants_add(&garden->plants, "TRAKT_LISTS", PLANT_NAME),
                    plants_add(&garden->plants, "TRAKT_LISTS", PLANT_NAME)));
    set(garden, "NTFY_SERVER", plant_address(garden, "NTFY_SERVER"));
    set(garden, "SMTP_USERNAME", plants_add(&garden->plants, "SMTP_USERNAME", PLANT_NAME));
    set(garden, "LISTSYNC_ADMIN_USER", plants_add(&garden->plants, "the first admin", PLANT_NAME));
}

/* Stored ones as well, although the environment's take their place. */
static void plant_stored_settings(struct garden *garden)
{
    static const char *const names[] = {"OVERSEERR_API_KEY", "TRAKT_CLIENT_ID", "MDBLIST_API_KEY"};
    struct store_world *world = garden->world;

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        const char *value = plants_add(&garden->plants, "a stored setting", PLANT_SECRET);
        AUTO_FREE char *sealed = crypto_seal(&garden->key.key, names[i], value);
        must(world, stored_settings_put(world->store, names[i], sealed, true, &world->error));
    }
}

static const char *value_for(struct garden *garden, const struct notifier_field *field)
{
    bool is_secret = field->flags & NOTIFIER_SECRET;

    switch (field->kind) {
    case NOTIFIER_URL:
        return plant_path(garden, field->name, "");
    case NOTIFIER_TEXT:
        return plants_add(&garden->plants, field->name, is_secret ? PLANT_SECRET : PLANT_NAME);
    case NOTIFIER_CHOICE:
        return field->words[0];
    default:
        return NULL;
    }
}

static int64_t plant_target(struct garden *garden, const struct notifier *notifier)
{
    struct store_world *world = garden->world;
    struct notifier_settings settings = {0};
    struct notification_target target = {
        .name = plants_add(&garden->plants, "a target's name", PLANT_NAME),
        .kind = notifier->name,
        .is_on = true,
        .form = "each_run",
        .events = "",
        .quiet_from = -1,
        .quiet_until = -1,
    };

    for (const struct notifier_field *field = notifier->fields; field->name; field++) {
        const char *value = value_for(garden, field);
        if (value)
            must(world, notifier_set(notifier, &settings, field->name, value, &world->error));
    }
    must(world, notification_targets_add(world->store, &target, &target.id, &world->error));
    AUTO_FREE char *sealed = notice_target_seal(&garden->key.key, target.id, &settings);
    target.sealed = sealed;
    must(world, notification_targets_change(world->store, &target, &world->error));
    notifier_settings_release(&settings);
    return target.id;
}

static int64_t plant_lists(struct garden *garden)
{
    struct store_world *world = garden->world;
    const char *user = plants_add(&garden->plants, "a list's owner", PLANT_NAME);
    const char *name = plants_add(&garden->plants, "a list's name", PLANT_NAME);

    store_world_list(world, "trakt", arena_print(world->arena, "%s/lists/%s", user, name));
    return store_world_list(world, "custom", plant_address(garden, "a list's address"));
}

static void plant_accounts(struct garden *garden)
{
    struct store_world *world = garden->world;
    char hash[CRYPTO_PASSWORD_SIZE], digest[CRYPTO_DIGEST_SIZE];
    const char *api_key = plants_add(&garden->plants, "an API key", PLANT_WORD);
    const char *session = plants_add(&garden->plants, "a session", PLANT_WORD);
    struct account account = {
        .name = plants_add(&garden->plants, "an account's name", PLANT_NAME),
        .password = hash,
        .role = "admin",
    };

    crypto_password_hash("correct horse", hash);
    must(world, accounts_add(world->store, &account, &account.id, &world->error));
    crypto_digest(api_key, strlen(api_key), digest);
    struct api_key kept = {.user_id = account.id,
                           .name = plants_add(&garden->plants, "an API key's name", PLANT_NAME),
                           .digest = digest,
                           .hint = api_key + strlen(api_key) - 4,
                           .scope = "admin"};
    must(world, api_keys_add(world->store, &kept, &kept.id, &world->error));
    crypto_digest(session, strlen(session), digest);
    must(world, sessions_add(world->store,
                             &(struct login_session){.digest = digest,
                                                     .user_id = account.id,
                                                     .expires_at = INT64_MAX,
                                                     .address = "203.0.113.77",
                                                     .agent = "Browser"},
                             &world->error));
}

static void plant_environment(struct garden *garden)
{
    setenv("HTTPS_PROXY", plant_address(garden, "HTTPS_PROXY"), 1);
    setenv("OTHER_PROGRAM_PASSWORD", plants_add(&garden->plants, "of others", PLANT_SECRET), 1);
}

/* ---- the tests ---- */

static void nothing_that_was_planted_is_in_the_report(void **state)
{
    struct garden garden = open_garden(*state);
    int64_t target = 0;

    plant_settings(&garden);
    make_key(&garden);
    plant_stored_settings(&garden);
    plant_environment(&garden);
    int64_t list = plant_lists(&garden);
    for (const struct notifier *const *notifier = notifier_all(); *notifier; notifier++)
        target = plant_target(&garden, *notifier);
    for (size_t i = 0; i < garden.plants.count; i++)
        count_it(&garden, &garden.plants.items[i]);
    plant_accounts(&garden);
    log_all(&garden);
    for (size_t i = 0; i < garden.plants.count; i++)
        store_sentence(&garden, list, target, garden.plants.items[i].value);
    const char *report = make_report(&garden);
    plants_assert_absent(&garden.plants, report);
    assert_null(strstr(report, "lists.example.org"));
    assert_null(strstr(report, "$argon2id"));
    assert_null(strstr(report, "203.0.113.77"));
    AUTO_FREE char *key_text = crypto_base64url(garden.key.key.bytes, CRYPTO_KEY_SIZE);
    assert_null(strstr(report, key_text));
    assert_non_null(strstr(report, "can be opened, by LISTSYNC_SECRET_KEY"));
    assert_non_null(strstr(report, "things_total"));
    assert_non_null(strstr(report, "cut off: "));
    assert_non_null(strstr(report, "the server said "));
    unsetenv("HTTPS_PROXY");
    unsetenv("OTHER_PROGRAM_PASSWORD");
    close_garden(&garden);
}

/* What is not secret does get through, so a search of the same kind can find something. */
static void the_search_finds_what_may_be_seen(void **state)
{
    struct garden garden = open_garden(*state);
    const char *path = plants_add(&garden.plants, "told as it is", PLANT_WORD);

    set(&garden, "LISTSYNC_BASE_PATH", path);
    assert_string_equal(plants_find(&garden.plants.items[0], make_report(&garden)), "as it is");
    close_garden(&garden);
}

static void assert_found(const char *as, struct plant *plant, char *form)
{
    AUTO_FREE char *text = memory_print("before %s after", form);

    assert_string_equal(plants_find(plant, text), as);
    free(form);
}

static void the_search_finds_every_form(void **state)
{
    struct plants plants = {0};
    const char *value = plants_add(&plants, "a secret", PLANT_SECRET);

    (void)state;
    assert_found("as it is", plants.items, memory_text(value));
    assert_found("percent-encoded", plants.items, plants_percent(value, true, false));
    assert_found("percent-encoded", plants.items, plants_percent(value, false, true));
    assert_found("in hexadecimal", plants.items, plants_hex(value, true));
    assert_found("in base64", plants.items, plants_base64(value, false));
    AUTO_FREE char *basic = memory_print("anna:%s, ", value);
    assert_found("in base64", plants.items, plants_base64(basic, true));
    assert_found("in part", plants.items, memory_text_n(value, 14));
    assert_null(plants_find(plants.items, "nothing of the kind"));
    plants_release(&plants);
}

static void old_log_lines_give_way_to_the_limit(void **state)
{
    struct garden garden = open_garden(*state);
    char sentence[900];

    for (int i = 0; i < LOG_LINES; i++) {
        memset(sentence, ' ', sizeof(sentence));
        snprintf(sentence, sizeof(sentence), "line %d ", i);
        memset(sentence + strlen(sentence), 'w', 20);
        for (size_t at = 40; at < sizeof(sentence); at++)
            sentence[at] = at % 9 ? 'w' : ' ';
        sentence[sizeof(sentence) - 1] = '\0';
        log_info("web", sentence, LOG_END);
    }
    const char *report = make_report(&garden);
    assert_in_range(garden.report.length, DIAGNOSTICS_MOST / 2, DIAGNOSTICS_MOST);
    assert_non_null(strstr(report, "line 1999 "));
    assert_null(strstr(report, "line 0 "));
    close_garden(&garden);
}

static void each_table_of_the_schema_is_counted(void **state)
{
    struct store_world *world = *state;
    struct inspected_tables tables;

    must(world, inspection_tables(world->store, world->arena, &tables, &world->error));
    assert_true(tables.count > 20);
    for (size_t i = 0; i < tables.count; i++) {
        const char *name = tables.items[i].name;
        bool is_ours = strncmp(name, "sqlite_", 7) != 0 && strncmp(name, "item_search", 11) != 0;
        if (is_ours && tables.items[i].rows < 0)
            fail_msg("%s is not counted: %s", name, tables.items[i].error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_that_was_planted_is_in_the_report,
                                        store_world_setup, store_world_teardown),
        cmocka_unit_test_setup_teardown(the_search_finds_what_may_be_seen, store_world_setup,
                                        store_world_teardown),
        cmocka_unit_test(the_search_finds_every_form),
        cmocka_unit_test_setup_teardown(old_log_lines_give_way_to_the_limit, store_world_setup,
                                        store_world_teardown),
        cmocka_unit_test_setup_teardown(each_table_of_the_schema_is_counted, store_world_setup,
                                        store_world_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
