# Writes the C file that holds the web interface: cmake -DFILES=DIR -DOUT=FILE -P embed-ui.cmake
#
# DIR/files holds what Vite made; DIR/packed the same names with .br and .gz, where packing gained
# something. Without DIR the table is empty. `struct ui_asset` is explained in src/web/ui_assets.h.
cmake_minimum_required(VERSION 3.25)

# By extension; what is not named here is an error, so that no file goes out without its type.
set(type_html "text/html; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_json "application/json")
set(type_webmanifest "application/manifest+json")
set(type_svg "image/svg+xml")
set(type_png "image/png")
set(type_ico "image/x-icon")
set(type_webp "image/webp")
set(type_woff2 "font/woff2")
set(type_txt "text/plain; charset=utf-8")

set(bytes "")
set(rows "")
set(number 0)

# Takes a file in under a symbol; the row's {bytes, length} goes to RET.
macro(take_file path ret)
    file(SIZE ${path} size)
    string(APPEND bytes
        "__asm__(\".section .rodata\\nui_${number}: .incbin \\\"${path}\\\"\\n.previous\\n\");\n"
        "extern const char ui_${number}[];\n")
    set(${ret} "{ui_${number}, ${size}}")
    math(EXPR number "${number} + 1")
endmacro()

if(FILES)
    file(GLOB_RECURSE names RELATIVE ${FILES}/files ${FILES}/files/*)
endif()
# By bytes, as the program looks them up.
list(SORT names COMPARE STRING CASE SENSITIVE)
foreach(name IN LISTS names)
    get_filename_component(extension ${name} LAST_EXT)
    string(SUBSTRING ${extension} 1 -1 extension)
    if(NOT DEFINED type_${extension})
        message(FATAL_ERROR "${name}: tools/embed-ui.cmake does not know the media type of .${extension}")
    endif()
    take_file(${FILES}/files/${name} plain)
    set(gzip "{0}")
    set(brotli "{0}")
    if(EXISTS ${FILES}/packed/${name}.gz)
        take_file(${FILES}/packed/${name}.gz gzip)
    endif()
    if(EXISTS ${FILES}/packed/${name}.br)
        take_file(${FILES}/packed/${name}.br brotli)
    endif()
    file(SHA256 ${FILES}/files/${name} digest)
    string(SUBSTRING ${digest} 0 20 digest)
    set(immutable false)
    if(name MATCHES "^assets/.*-........\\.[a-z0-9]+$") # Vite's digests have eight characters
        set(immutable true)
    endif()
    string(APPEND rows "    {\"${name}\", \"${type_${extension}}\", \"\\\"${digest}\\\"\", ${immutable},\n"
        "     {${plain}, ${gzip}, ${brotli}}},\n")
endforeach()

if(FILES)
    file(READ ${FILES}/files/index.html index)
    if(NOT index MATCHES "<base href=\"/\"")
        message(FATAL_ERROR "index.html has no <base href=\"/\", which the program adapts")
    endif()
endif()
if(rows)
    string(CONCAT table "static const struct ui_asset items[] = {\n${rows}};\n\n"
        "const struct ui_assets ui_assets_built_in = {items, sizeof(items) / sizeof(items[0])};\n")
else()
    set(table "const struct ui_assets ui_assets_built_in = {0};\n")
endif()
file(WRITE ${OUT} "#include \"web/ui_assets.h\"\n\n${bytes}\n${table}")
