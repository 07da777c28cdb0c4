/*
 * former_databases.h: databases as other programs wrote them, of each make that was released, and
 * files beside them.
 */
#ifndef TESTS_SUPPORT_FORMER_DATABASES_H
#define TESTS_SUPPORT_FORMER_DATABASES_H

/* The original's newest, with a row or more of each kind that it writes. */
extern const char former_original[];
/* Its settings, two of them encrypted with this key; the Seerr key in plain text. */
extern const char former_original_settings[];
#define FORMER_KEY       "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define FORMER_SEERR_KEY "seerr-key-of-the-original"
/* Earlier makes: without years and counts; with them but without users and sources. */
extern const char former_oldest[];
extern const char former_middle[];
/* listseerr, its first and its last make. */
extern const char former_listseerr_first[];
extern const char former_listseerr_last[];

/* Runs SQL on a file, made if it is not there, as the other program would: without a log. */
void former_write(const char *path, const char *sql);

#endif
