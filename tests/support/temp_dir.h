/*
 * temp_dir.h: a directory of its own for one test, gone with everything in it afterwards.
 */
#ifndef TESTS_SUPPORT_TEMP_DIR_H
#define TESTS_SUPPORT_TEMP_DIR_H

struct temp_dir {
    char path[64];
};

void temp_dir_open(struct temp_dir *dir);
void temp_dir_close(struct temp_dir *dir);
/* "DIRECTORY/name", a fresh text. */
char *temp_dir_file(const struct temp_dir *dir, const char *name);

#endif
