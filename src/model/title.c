#include "model/title.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/memory.h"
#include "base/text.h"

enum {
    REPLACEMENT_CHARACTER = 0xFFFD,
    YEAR_FIRST = 1870, /* before there were films */
    YEAR_LAST = 2100,
};

/* Letters that decomposition leaves whole although every keyboard spells them with others. */
static const struct {
    utf8proc_int32_t letter;
    const char *spelling;
} spellings[] = {
    {0x00E6, "ae"}, {0x0153, "oe"}, {0x00F8, "o"}, {0x00F0, "d"}, {0x0111, "d"},
    {0x00FE, "th"}, {0x0142, "l"},  {0x0127, "h"}, {0x0131, "i"},
};

/* Punctuation inside one word: Ocean's, Oceans; M*A*S*H, MASH. */
static const utf8proc_int32_t dropped[] = {
    '\'', '`', '*', 0x02B9, 0x02BB, 0x02BC, 0x2018, 0x2019, 0x201B, 0x2032,
};

/* Signs of a class that is else punctuation, but that tell titles apart: #Alive is not Alive. */
static const char kept_signs[] = "#%@";

/* The folded title as it grows. */
struct fold {
    char *text;
    size_t length;
    bool wants_space;   /* a separator was seen since the last character */
    bool has_substance; /* a letter or a digit was seen */
    int letters_in_row; /* since the last character that is no letter */
};

static void write_text(struct fold *fold, const char *text, size_t length)
{
    if (fold->wants_space && fold->length)
        fold->text[fold->length++] = ' ';
    fold->wants_space = false;
    memcpy(fold->text + fold->length, text, length);
    fold->length += length;
}

static void write_character(struct fold *fold, utf8proc_int32_t character)
{
    utf8proc_uint8_t bytes[4];

    utf8proc_ssize_t length = utf8proc_encode_char(character, bytes);
    write_text(fold, (const char *)bytes, (size_t)length);
}

static bool is_between(utf8proc_int32_t character, utf8proc_int32_t low, utf8proc_int32_t high)
{
    return character >= low && character <= high;
}

/* Accents; not the vowel signs of Indian scripts or the voicing marks of kana, which are letters
 * in all but name. */
static bool is_accent(utf8proc_int32_t character)
{
    return is_between(character, 0x0300, 0x036F) || is_between(character, 0x1AB0, 0x1AFF) ||
           is_between(character, 0x1DC0, 0x1DFF) || is_between(character, 0xFE20, 0xFE2F);
}

static bool is_dropped(utf8proc_int32_t character)
{
    for (size_t i = 0; i < ARRAY_LENGTH(dropped); i++)
        if (dropped[i] == character)
            return true;
    return is_accent(character);
}

static bool is_separator(utf8proc_int32_t character, utf8proc_category_t category)
{
    if (character < 0x80 && strchr(kept_signs, character))
        return false;
    return (category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO) ||
           (category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_CF);
}

static void write_letter(struct fold *fold, utf8proc_int32_t letter)
{
    fold->letters_in_row++;
    fold->has_substance = true;
    for (size_t i = 0; i < ARRAY_LENGTH(spellings); i++)
        if (spellings[i].letter == letter) {
            write_text(fold, spellings[i].spelling, strlen(spellings[i].spelling));
            return;
        }
    write_character(fold, letter);
}

static bool is_letter(utf8proc_category_t category)
{
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

static bool is_mark(utf8proc_category_t category)
{
    return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

static void fold_character(struct fold *fold, utf8proc_int32_t character)
{
    utf8proc_category_t category = utf8proc_category(character);

    if (is_dropped(character))
        return;
    if (is_letter(category)) {
        write_letter(fold, character);
        return;
    }
    int letters = fold->letters_in_row;
    if (!is_mark(category))
        fold->letters_in_row = 0;
    if (character == '&') {
        fold->wants_space = true;
        write_text(fold, "and", 3);
        fold->wants_space = true;
    } else if (character == '.' && letters == 1) {
        return; /* an abbreviation of single letters: S.W.A.T., SWAT */
    } else if (is_separator(character, category)) {
        fold->wants_space = true;
    } else {
        fold->has_substance |= category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
        write_character(fold, character);
    }
}

/* Before decomposition: signs that it would turn into letters or into a space and an accent. */
static utf8proc_int32_t settle_sign(utf8proc_int32_t character, void *unused)
{
    (void)unused;
    switch (character) {
    case 0x00B4: /* an acute accent on its own is typed for an apostrophe */
        return '\'';
    case 0x2122: /* trade mark */
    case 0x2120: /* service mark */
    case 0x00AE:
    case 0x00A9:
        return ' ';
    default:
        return character;
    }
}

/* The characters of `title`, decomposed and without case; NULL when it is no clean text. */
static utf8proc_int32_t *decompose(const char *title, size_t *ret_count)
{
    const utf8proc_option_t options = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT |
                                      UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)title;

    utf8proc_ssize_t count =
        utf8proc_decompose_custom(bytes, 0, NULL, 0, options, settle_sign, NULL);
    if (count <= 0)
        return NULL;
    utf8proc_int32_t *characters = memory_array((size_t)count, sizeof(*characters));
    utf8proc_decompose_custom(bytes, 0, characters, count, options, settle_sign, NULL);
    *ret_count = (size_t)count;
    return characters;
}

char *title_fold(const char *title)
{
    size_t count = 0;
    AUTO_FREE utf8proc_int32_t *characters = title ? decompose(title, &count) : NULL;
    /* Room for the widest step: a space and four bytes. */
    struct fold fold = {.text = memory_array(count + 1, 6)};

    for (size_t i = 0; i < count; i++) {
        if (characters[i] == REPLACEMENT_CHARACTER) {
            fold.has_substance = false; /* a letter was lost, and no one knows which */
            break;
        }
        fold_character(&fold, characters[i]);
    }
    fold.text[fold.has_substance ? fold.length : 0] = '\0';
    return fold.text;
}

bool title_same(const char *a, const char *b)
{
    AUTO_FREE char *folded_a = title_fold(a);
    AUTO_FREE char *folded_b = title_fold(b);

    return *folded_a && strcmp(folded_a, folded_b) == 0;
}

int title_split_year(char *title)
{
    size_t length = strlen(title);
    int64_t year = 0;

    while (length && isspace((unsigned char)title[length - 1]))
        length--;
    if (length < 7 || title[length - 1] != ')' || title[length - 6] != '(')
        return 0;
    char digits[5] = {0};
    memcpy(digits, title + length - 5, 4);
    if (!text_is_digits(digits) || !text_to_integer(digits, YEAR_FIRST, YEAR_LAST, &year))
        return 0;
    length -= 6;
    while (length && isspace((unsigned char)title[length - 1]))
        length--;
    if (!length)
        return 0;
    title[length] = '\0';
    return (int)year;
}

const char *title_library_version(void)
{
    return utf8proc_version();
}
