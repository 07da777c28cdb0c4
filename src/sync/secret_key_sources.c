/* Keys of settings and of files: what the text of a setting means, which files there are. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/secret_key_parts.h"

/* Of a passphrase. A login is worth as much (base/crypto.h), and it has to be worked out for every
 * command. */
enum { ROUNDS = 3, BYTES = CRYPTO_PASSWORD_BYTES };

/* Never to be changed: another salt is another key. */
static const uint8_t salt[CRYPTO_STREAM_SALT] = "ListSync key, 1";

const struct option secret_key_options[] = {
    {"LISTSYNC_SECRET_KEY", OPTION_SECRET, NULL, 0, 0,
     "seals stored credentials in place of the file secret.key: 32 bytes in base64 or hexadecimal "
     "digits, or a passphrase"},
    {"LISTSYNC_SECRET_KEY_OLD", OPTION_SECRET, NULL, 0, 0,
     "what LISTSYNC_SECRET_KEY was before, for `listsync key rotate` and `listsync restore`"},
    {0},
};

/* ---- a setting ---- */

static bool read_hexadecimal(const char *text, struct crypto_key *ret)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const size_t length = 2 * sizeof(ret->bytes);

    if (strlen(text) != length || strspn(text, digits) != length)
        return false;
    for (size_t i = 0; i < length; i++) {
        unsigned value = (unsigned)(strchr(digits, text[i]) - digits) % 16;
        ret->bytes[i / 2] = (uint8_t)(i % 2 ? ret->bytes[i / 2] | value : value << 4);
    }
    return true;
}

/* Of either alphabet, with its = or without. */
static bool read_base64(const char *text, struct crypto_key *ret)
{
    char plain[CRYPTO_TOKEN_SIZE];
    size_t length = strlen(text), written = 0;

    if (length == CRYPTO_TOKEN_SIZE && text[length - 1] == '=')
        length--;
    if (length != CRYPTO_TOKEN_SIZE - 1)
        return false;
    for (size_t i = 0; i < length; i++)
        plain[i] = (char)(text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i]);
    plain[length] = '\0';
    bool is_key = crypto_from_base64url(plain, ret->bytes, sizeof(ret->bytes), &written) &&
                  written == sizeof(ret->bytes);
    explicit_bzero(plain, sizeof(plain));
    return is_key;
}

static enum error_code check_text(const char *name, const char *text, struct error *error)
{
    bool seen[256] = {false};
    size_t length = strlen(text);
    int different = 0;

    for (size_t i = 0; i < length; i++) {
        different += !seen[(unsigned char)text[i]];
        seen[(unsigned char)text[i]] = true;
    }
    if (length >= SECRET_KEY_LEAST && different >= SECRET_KEY_DIFFERENT)
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "%s is too short or too simple: it wants 32 bytes in base64 or hexadecimal "
                     "digits, as of `openssl rand -base64 32`, or a passphrase of at least %d "
                     "characters, %d of them different",
                     name, SECRET_KEY_LEAST, SECRET_KEY_DIFFERENT);
}

/* White space around it comes with quotes and with files. */
static char *trimmed(const struct secret *text)
{
    AUTO_FREE char *copy = memory_text(secret_reveal(text));
    char *result = memory_text(text_trim(copy));

    explicit_bzero(copy, strlen(copy));
    return result;
}

static void wipe(char *text)
{
    explicit_bzero(text, strlen(text));
    free(text);
}

static enum error_code key_of_text(const char *name, const char *text, struct crypto_key *ret,
                                   struct error *error)
{
    static const struct crypto_stream_work work = {ROUNDS, BYTES};
    enum error_code rc = check_text(name, text, error);

    if (rc || read_hexadecimal(text, ret) || read_base64(text, ret))
        return rc;
    rc = crypto_stream_key(text, salt, &work, ret, error);
    return rc ? error_prefix(error, "%s", name) : ERROR_NONE;
}

static enum error_code check_setting(const char *name, const struct secret *setting,
                                     struct error *error)
{
    if (!secret_is_set(setting))
        return ERROR_NONE;
    char *text = trimmed(setting);
    enum error_code rc = check_text(name, text, error);
    wipe(text);
    return rc;
}

enum error_code secret_key_check(const struct options *given, struct error *error)
{
    enum error_code rc =
        check_setting(SECRET_KEY_SETTING, options_secret(given, SECRET_KEY_SETTING), error);

    return rc ? rc
              : check_setting(SECRET_KEY_SETTING_BEFORE,
                              options_secret(given, SECRET_KEY_SETTING_BEFORE), error);
}

/* ---- the keys ---- */

/* All places at once: an array that moves would leave keys behind. */
static void add(struct secret_keys *keys, const struct crypto_key *key, char *source)
{
    if (!keys->items) {
        keys->items = memory_array(SECRET_KEYS_MOST, sizeof(*keys->items));
        keys->sources = memory_array(SECRET_KEYS_MOST, sizeof(*keys->sources));
    }
    CHECK(keys->count < SECRET_KEYS_MOST);
    keys->items[keys->count] = *key;
    keys->sources[keys->count++] = source;
}

enum error_code secret_keys_add_setting(struct secret_keys *keys, const char *name,
                                        const struct secret *text, struct error *error)
{
    struct crypto_key key = {0};

    if (!secret_is_set(text))
        return ERROR_NONE;
    char *plain = trimmed(text);
    enum error_code rc = key_of_text(name, plain, &key, error);
    wipe(plain);
    if (!rc)
        add(keys, &key, memory_text(name));
    crypto_key_release(&key);
    return rc;
}

enum error_code secret_keys_add_file(struct secret_keys *keys, const char *folder,
                                     const char *ending, struct error *error)
{
    AUTO_FREE char *path = secret_key_path(folder, ending);
    struct crypto_key key = {0};
    struct error why = {0};

    switch (crypto_key_read(path, &key, &why)) {
    case ERROR_NONE:
        add(keys, &key, TAKE(path));
        break;
    case ERROR_NOT_FOUND:
        break;
    case ERROR_FORMAT:
        return error_set(error, ERROR_STORE,
                         "%s; put the right file back, or `listsync key forget` puts it aside and "
                         "gives up what no key opens",
                         why.message);
    default:
        return error_set(error, ERROR_STORE, "%s", why.message);
    }
    crypto_key_release(&key);
    return ERROR_NONE;
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

/* "secret.key", "secret.key.new", "secret.key.old-1f0c3a52" and whatever people made of it. */
static void add_files(struct secret_keys *keys, const char *folder)
{
    AUTO(close_folder) DIR *entries = opendir(folder);
    const size_t name = strlen(SECRET_KEY_FILE);

    for (struct dirent *entry; entries && (entry = readdir(entries));)
        if (text_starts_with(entry->d_name, SECRET_KEY_FILE) && keys->count < SECRET_KEYS_MOST)
            (void)secret_keys_add_file(keys, folder, entry->d_name + name, NULL);
}

enum error_code secret_keys_gather_all(const struct secret_key_place *place,
                                       struct secret_keys *ret, struct error *error)
{
    struct secret_keys keys = {0};
    enum error_code rc = secret_keys_add_setting(&keys, SECRET_KEY_SETTING, place->setting, error);

    if (!rc)
        rc =
            secret_keys_add_setting(&keys, SECRET_KEY_SETTING_BEFORE, place->setting_before, error);
    if (rc) {
        secret_keys_release(&keys);
        return rc;
    }
    add_files(&keys, place->folder);
    *ret = keys;
    return ERROR_NONE;
}
